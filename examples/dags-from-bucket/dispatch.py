"""Starts the workflow when the bucket changes. For AWS Lambda (handler: dispatch.handler) or a Google Cloud function.

Environment: GITHUB_REPOSITORY (owner/name) and GITHUB_TOKEN, a fine-grained token with "Contents: write" on that repository.
"""

import json
import os
import urllib.request


def handler(*_):
    api = os.environ.get("GITHUB_API_URL", "https://api.github.com")
    request = urllib.request.Request(
        f"{api}/repos/{os.environ['GITHUB_REPOSITORY']}/dispatches",
        data=json.dumps({"event_type": "dags-changed"}).encode(),
        headers={
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {os.environ['GITHUB_TOKEN']}",
            "Content-Type": "application/json",
            "User-Agent": "dags-changed",
        },
        method="POST",
    )
    # A refusal raises, so that the platform calls again and counts the error.
    with urllib.request.urlopen(request, timeout=10):
        pass
