// Generated from contract/astro-api.openapi.yaml by `npm run contract`. Do not edit.

export interface paths {
    "/organizations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Organizations that the token sees */
        get: operations["listOrganizations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/organizations/{organizationId}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                organizationId: string;
            };
            cookie?: never;
        };
        /** One Organization; Astronomer's CLI asks for it */
        get: operations["getOrganization"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/organizations/{organizationId}/workspaces": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                organizationId: string;
            };
            cookie?: never;
        };
        /** Workspaces that the token sees */
        get: operations["listWorkspaces"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/organizations/{organizationId}/workspaces/{workspaceId}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                organizationId: string;
                workspaceId: string;
            };
            cookie?: never;
        };
        /** One Workspace */
        get: operations["getWorkspace"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/organizations/{organizationId}/clusters": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                organizationId: string;
            };
            cookie?: never;
        };
        /** Clusters, for resolving cluster_name */
        get: operations["listClusters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/organizations/{organizationId}/clusters/{clusterId}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                organizationId: string;
                clusterId: string;
            };
            cookie?: never;
        };
        /** One cluster; Astronomer's CLI asks for it */
        get: operations["getCluster"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/organizations/{organizationId}/deployment-options": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                organizationId: string;
            };
            cookie?: never;
        };
        /** Runtime releases, sizes and limits that are on offer */
        get: operations["getDeploymentOptions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/organizations/{organizationId}/deployments": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                organizationId: string;
            };
            cookie?: never;
        };
        /**
         * Page through Deployments
         * @description `names` filters exactly; array parameters are repeated (`names=a&names=b`).
         */
        get: operations["listDeployments"];
        put?: never;
        /**
         * Create a Deployment
         * @description Not idempotent: the same body sent twice makes two Deployments unless the service refuses the name. The answer comes back while status is CREATING.
         */
        post: operations["createDeployment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/organizations/{organizationId}/deployments/{deploymentId}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                organizationId: string;
                deploymentId: string;
            };
            cookie?: never;
        };
        /** One Deployment */
        get: operations["getDeployment"];
        put?: never;
        /**
         * Replace the configuration of a Deployment
         * @description Idempotent. A full replacement of what may change: environment variables and worker queues that the body leaves out are removed.
         */
        post: operations["updateDeployment"];
        /** Delete a Deployment */
        delete: operations["deleteDeployment"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/organizations/{organizationId}/deployments/{deploymentId}/logs": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                organizationId: string;
                deploymentId: string;
            };
            cookie?: never;
        };
        /** What the components of a Deployment logged; Astronomer's CLI asks for it */
        get: operations["getDeploymentLogs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/organizations/{organizationId}/deployments/{deploymentId}/bundles": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                organizationId: string;
                deploymentId: string;
            };
            cookie?: never;
        };
        /** Bundles of a Deployment, below another base than everything else; Astronomer's CLI asks for them */
        get: operations["listBundles"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/organizations/{organizationId}/deployments/{deploymentId}/deploys": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                organizationId: string;
                deploymentId: string;
            };
            cookie?: never;
        };
        /** Deploy history */
        get: operations["listDeploys"];
        put?: never;
        /**
         * Begin a deploy
         * @description Answers with where to put the code: `dagsUploadUrl` (when DAG deploys are on), `bundleUploadUrl` (BUNDLE), `imageRepository` and `imageTag`. Nothing runs until the deploy is finalized; a deploy that is never finalized stays INITIALIZED.
         */
        post: operations["createDeploy"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/organizations/{organizationId}/deployments/{deploymentId}/deploys/{deployId}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                organizationId: string;
                deploymentId: string;
                deployId: string;
            };
            cookie?: never;
        };
        /** One deploy */
        get: operations["getDeploy"];
        put?: never;
        /** Change the description of a deploy */
        post: operations["updateDeploy"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/organizations/{organizationId}/deployments/{deploymentId}/deploys/{deployId}/finalize": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                organizationId: string;
                deploymentId: string;
                deployId: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a deploy run
         * @description `dagTarballVersion` is the version id that the upload answered with; required when DAG deploys are on and the type ships DAGs.
         */
        post: operations["finalizeDeploy"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/organizations/{organizationId}/deployments/{deploymentId}/deploys/{deployId}/rollback": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                organizationId: string;
                deploymentId: string;
                deployId: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Run an earlier deploy again */
        post: operations["rollbackToDeploy"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/organizations/{organizationId}/deployments/{deploymentId}/hibernation-override": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                organizationId: string;
                deploymentId: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Wake or hibernate against the schedule */
        post: operations["overrideHibernation"];
        /** Back to the schedule */
        delete: operations["removeHibernationOverride"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/organizations/{organizationId}/environment-objects": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                organizationId: components["parameters"]["OrganizationId"];
            };
            cookie?: never;
        };
        /**
         * Page through environment objects
         * @description With `resolveLinked=false` the rows are the stored objects and carry an `id`. With
         *     `resolveLinked=true` the rows are the effective objects for the given scope (inherited rows and
         *     overrides folded in); such rows come back without an `id` and cannot be addressed by later calls.
         *     This is the only operation that takes `showSecrets`.
         */
        get: operations["listEnvironmentObjects"];
        put?: never;
        /**
         * Create an environment object
         * @description Answers with the new ID only; read the object back when more is needed. A second object with the same scope entity, type and key is taken to be refused with 409.
         */
        post: operations["createEnvironmentObject"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/organizations/{organizationId}/environment-objects/{environmentObjectId}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                organizationId: components["parameters"]["OrganizationId"];
                /** @description ID of a stored object (25-character CUID). */
                environmentObjectId: components["parameters"]["EnvironmentObjectId"];
            };
            cookie?: never;
        };
        /**
         * Read one environment object
         * @description Takes no query parameters, so secrets are always masked here.
         */
        get: operations["getEnvironmentObject"];
        put?: never;
        /**
         * Update an environment object
         * @description The verb is POST. Key, type, scope and the secret flag cannot be changed. What the server does with
         *     members that are left out differs by level:
         *
         *     * `links` or `excludeLinks` left out: the CLI authors report that every entry is removed; the Terraform
         *       authors assume they are kept. Always send both arrays (`[]` when empty).
         *     * `autoLinkDeployments` left out: reported to be switched off. Always send it for Workspace objects.
         *     * an entry present in `links` without `overrides`: its stored override stays as it is.
         *     * an entry absent from a `links` array that is sent: unlinked, and its override is lost.
         *     * the typed body (`connection`, `airflowVariable`, ...) matching the object's type must be present even
         *       when only links change.
         *
         *     There is no version number, ETag or If-Match on this operation, so concurrent writers can undo each
         *     other. See the notes for the procedure that adds a single link.
         */
        post: operations["updateEnvironmentObject"];
        /**
         * Delete an environment object
         * @description No response body. CLI tests simulate 204. The general API guide says a repeated delete yields 404; treat 404 as success.
         */
        delete: operations["deleteEnvironmentObject"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/organizations/{organizationId}/environment-objects/{environmentObjectId}/exclude-linking": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                organizationId: components["parameters"]["OrganizationId"];
                /** @description ID of a stored object (25-character CUID). */
                environmentObjectId: components["parameters"]["EnvironmentObjectId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Keep one Deployment out of an auto-linked Workspace object
         * @description Adds a single entry to `excludeLinks` on the server, so no read-modify-write is needed. There is no opposite operation; an exclusion is removed through an update that sends a shorter `excludeLinks`. The CLI checks first and skips the call when the Deployment is excluded already, and refuses when it is explicitly linked. No success schema is declared (CLI tests simulate 200); accept any 2xx.
         */
        post: operations["excludeLinkingEnvironmentObject"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Deployment: {
            airflowVersion: string;
            apiUrl: string;
            astroRuntimeVersion: string;
            /** @enum {string} */
            cloudProvider?: "AWS" | "AZURE" | "GCP";
            clusterId?: string;
            clusterName?: string;
            contactEmails?: string[];
            /** Format: date-time */
            createdAt: string;
            createdBy: components["schemas"]["BasicSubjectProfile"];
            dagTarballVersion?: string;
            defaultTaskPodCpu?: string;
            defaultTaskPodMemory?: string;
            description?: string;
            desiredDagTarballVersion?: string;
            drExternalIPs?: string[];
            drOidcIssuerUrl?: string;
            effectiveDRWorkloadIdentity?: string;
            effectiveWorkloadIdentity?: string;
            environmentVariables?: components["schemas"]["DeploymentEnvironmentVariable"][];
            /** @enum {string} */
            executor?: "ASTRO" | "CELERY" | "KUBERNETES";
            externalIPs?: string[];
            id: string;
            imageRepository: string;
            imageTag: string;
            imageVersion?: string;
            isCicdEnforced: boolean;
            isDagDeployEnabled: boolean;
            isDevelopmentMode?: boolean;
            isHighAvailability?: boolean;
            name: string;
            namespace: string;
            oidcIssuerUrl?: string;
            organizationId: string;
            region?: string;
            remoteExecution?: components["schemas"]["DeploymentRemoteExecution"];
            resourceQuotaCpu?: string;
            resourceQuotaMemory?: string;
            runtimeVersion: string;
            scalingSpec?: components["schemas"]["DeploymentScalingSpec"];
            scalingStatus?: components["schemas"]["DeploymentScalingStatus"];
            schedulerAu?: number;
            schedulerCpu: string;
            schedulerMemory: string;
            schedulerReplicas: number;
            /** @enum {string} */
            schedulerSize?: "EXTRA_LARGE" | "LARGE" | "MEDIUM" | "SMALL";
            /** @enum {string} */
            status: "CREATING" | "DEPLOYING" | "HEALTHY" | "HIBERNATING" | "UNHEALTHY" | "UNKNOWN";
            statusReason?: string;
            taskPodNodePoolId?: string;
            /** @enum {string} */
            type?: "DEDICATED" | "HYBRID" | "STANDARD";
            uiUrl: string;
            /** Format: date-time */
            updatedAt: string;
            updatedBy: components["schemas"]["BasicSubjectProfile"];
            webServerAirflowApiUrl: string;
            webServerCpu: string;
            webServerIngressHostname: string;
            webServerMemory: string;
            webServerReplicas?: number;
            webServerUrl: string;
            workerQueues?: components["schemas"]["WorkerQueue"][];
            workspaceId: string;
            workspaceName?: string;
        };
        BasicSubjectProfile: {
            apiTokenName?: string;
            avatarUrl?: string;
            fullName?: string;
            id: string;
            /** @enum {string} */
            subjectType?: "SERVICEKEY" | "USER";
            username?: string;
        };
        DeploymentEnvironmentVariable: {
            isSecret: boolean;
            key: string;
            /** Format: date-time */
            updatedAt: string;
            value?: string;
        };
        DeploymentRemoteExecution: {
            allowedIpAddressRanges: string[];
            enabled: boolean;
            remoteApiUrl: string;
            taskLogBucket?: string;
            taskLogUrlPattern?: string;
        };
        DeploymentScalingSpec: {
            hibernationSpec?: components["schemas"]["DeploymentHibernationSpec"];
        };
        DeploymentHibernationSpec: {
            override?: components["schemas"]["DeploymentHibernationOverride"];
            schedules?: components["schemas"]["DeploymentHibernationSchedule"][];
        };
        DeploymentHibernationOverride: {
            isActive?: boolean;
            isHibernating?: boolean;
            /** Format: date-time */
            overrideUntil?: string;
        };
        DeploymentHibernationSchedule: {
            description?: string;
            hibernateAtCron: string;
            isEnabled: boolean;
            wakeAtCron: string;
        };
        DeploymentScalingStatus: {
            hibernationStatus?: components["schemas"]["DeploymentHibernationStatus"];
        };
        DeploymentHibernationStatus: {
            isHibernating: boolean;
            nextEventAt?: string;
            /** @enum {string} */
            nextEventType?: "HIBERNATE" | "WAKE";
            reason?: string;
        };
        WorkerQueue: {
            astroMachine?: string;
            id: string;
            isDefault: boolean;
            maxWorkerCount: number;
            minWorkerCount: number;
            name: string;
            nodePoolId?: string;
            podCpu: string;
            podEphemeralStorage?: string;
            podMemory: string;
            workerConcurrency: number;
        };
        DeploymentsPaginated: {
            deployments: components["schemas"]["Deployment"][];
            limit: number;
            offset: number;
            totalCount: number;
        };
        /** @description Which variant applies is told by `type`; each variant forbids unknown members. */
        CreateDeploymentRequest: components["schemas"]["CreateDedicatedDeploymentRequest"] | components["schemas"]["CreateHybridDeploymentRequest"] | components["schemas"]["CreateStandardDeploymentRequest"];
        CreateDedicatedDeploymentRequest: {
            astroRuntimeVersion?: string;
            clusterId?: string;
            contactEmails?: string[];
            defaultTaskPodCpu?: string;
            defaultTaskPodMemory?: string;
            description?: string;
            drWorkloadIdentity?: string;
            environmentVariables?: components["schemas"]["DeploymentEnvironmentVariableRequest"][];
            /** @enum {string} */
            executor?: "ASTRO" | "CELERY" | "KUBERNETES";
            isCicdEnforced?: boolean;
            isDagDeployEnabled?: boolean;
            isDevelopmentMode?: boolean;
            isHighAvailability?: boolean;
            name: string;
            remoteExecution?: components["schemas"]["DeploymentRemoteExecutionRequest"];
            resourceQuotaCpu?: string;
            resourceQuotaMemory?: string;
            scalingSpec?: components["schemas"]["DeploymentScalingSpecRequest"];
            /** @enum {string} */
            schedulerSize?: "EXTRA_LARGE" | "LARGE" | "MEDIUM" | "SMALL";
            /** @enum {string} */
            type?: "DEDICATED" | "HYBRID" | "STANDARD";
            workerQueues?: components["schemas"]["WorkerQueueRequest"][];
            workloadIdentity?: string;
            workspaceId: string;
        };
        DeploymentEnvironmentVariableRequest: {
            isSecret: boolean;
            key: string;
            value?: string;
        };
        DeploymentRemoteExecutionRequest: {
            allowedIpAddressRanges?: string[];
            enabled: boolean;
            taskLogBucket?: string;
            taskLogUrlPattern?: string;
        };
        DeploymentScalingSpecRequest: {
            hibernationSpec?: components["schemas"]["DeploymentHibernationSpecRequest"];
        };
        DeploymentHibernationSpecRequest: {
            override?: components["schemas"]["DeploymentHibernationOverrideRequest"];
            schedules?: components["schemas"]["DeploymentHibernationSchedule"][];
        };
        DeploymentHibernationOverrideRequest: {
            isHibernating?: boolean;
            overrideUntil?: string;
        };
        WorkerQueueRequest: {
            /** @enum {string} */
            astroMachine: "A10" | "A120" | "A160" | "A20" | "A40" | "A5" | "A60";
            id?: string;
            isDefault: boolean;
            maxWorkerCount: number;
            minWorkerCount: number;
            name: string;
            podEphemeralStorage?: string;
            workerConcurrency: number;
        };
        CreateHybridDeploymentRequest: {
            astroRuntimeVersion?: string;
            clusterId?: string;
            contactEmails?: string[];
            description?: string;
            drWorkloadIdentity?: string;
            environmentVariables?: components["schemas"]["DeploymentEnvironmentVariableRequest"][];
            /** @enum {string} */
            executor?: "CELERY" | "KUBERNETES";
            isCicdEnforced?: boolean;
            isDagDeployEnabled?: boolean;
            name: string;
            scheduler?: components["schemas"]["CreateDeploymentInstanceSpecRequest"];
            taskPodNodePoolId?: string;
            /** @enum {string} */
            type?: "DEDICATED" | "HYBRID" | "STANDARD";
            workerQueues?: components["schemas"]["HybridWorkerQueueRequest"][];
            workloadIdentity?: string;
            workspaceId: string;
        };
        CreateDeploymentInstanceSpecRequest: {
            au?: number;
            replicas?: number;
        };
        HybridWorkerQueueRequest: {
            id?: string;
            isDefault: boolean;
            maxWorkerCount: number;
            minWorkerCount: number;
            name: string;
            nodePoolId: string;
            workerConcurrency: number;
        };
        CreateStandardDeploymentRequest: {
            astroRuntimeVersion?: string;
            /** @enum {string} */
            cloudProvider?: "AWS" | "AZURE" | "GCP";
            clusterId?: string;
            contactEmails?: string[];
            defaultTaskPodCpu?: string;
            defaultTaskPodMemory?: string;
            description?: string;
            drWorkloadIdentity?: string;
            environmentVariables?: components["schemas"]["DeploymentEnvironmentVariableRequest"][];
            /** @enum {string} */
            executor?: "ASTRO" | "CELERY" | "KUBERNETES";
            isCicdEnforced?: boolean;
            isDagDeployEnabled?: boolean;
            isDevelopmentMode?: boolean;
            isHighAvailability?: boolean;
            name: string;
            region?: string;
            remoteExecution?: components["schemas"]["DeploymentRemoteExecutionRequest"];
            resourceQuotaCpu?: string;
            resourceQuotaMemory?: string;
            scalingSpec?: components["schemas"]["DeploymentScalingSpecRequest"];
            /** @enum {string} */
            schedulerSize?: "EXTRA_LARGE" | "LARGE" | "MEDIUM" | "SMALL";
            /** @enum {string} */
            type?: "DEDICATED" | "HYBRID" | "STANDARD";
            workerQueues?: components["schemas"]["WorkerQueueRequest"][];
            workloadIdentity?: string;
            workspaceId: string;
        };
        /** @description Which variant applies is told by `type`; each variant forbids unknown members. */
        UpdateDeploymentRequest: components["schemas"]["UpdateDedicatedDeploymentRequest"] | components["schemas"]["UpdateHybridDeploymentRequest"] | components["schemas"]["UpdateStandardDeploymentRequest"];
        UpdateDedicatedDeploymentRequest: {
            contactEmails?: string[] | null;
            defaultTaskPodCpu?: string;
            defaultTaskPodMemory?: string;
            description?: string;
            drWorkloadIdentity?: string;
            environmentVariables: components["schemas"]["DeploymentEnvironmentVariableRequest"][];
            /** @enum {string} */
            executor: "ASTRO" | "CELERY" | "KUBERNETES";
            isCicdEnforced: boolean;
            isDagDeployEnabled: boolean;
            isDevelopmentMode?: boolean;
            isHighAvailability: boolean;
            name: string;
            remoteExecution?: components["schemas"]["DeploymentRemoteExecutionRequest"];
            resourceQuotaCpu?: string;
            resourceQuotaMemory?: string;
            scalingSpec?: components["schemas"]["DeploymentScalingSpecRequest"];
            /** @enum {string} */
            schedulerSize: "EXTRA_LARGE" | "LARGE" | "MEDIUM" | "SMALL";
            /** @enum {string} */
            type: "DEDICATED" | "HYBRID" | "STANDARD";
            workerQueues?: components["schemas"]["UpdateWorkerQueueRequest"][] | null;
            workloadIdentity?: string;
            workspaceId: string;
        };
        UpdateWorkerQueueRequest: {
            /** @enum {string} */
            astroMachine?: "A10" | "A120" | "A160" | "A20" | "A40" | "A5" | "A60";
            id?: string;
            isDefault: boolean;
            maxWorkerCount: number;
            minWorkerCount: number;
            name: string;
            nodePoolId?: string;
            podEphemeralStorage?: string;
            workerConcurrency: number;
        };
        UpdateHybridDeploymentRequest: {
            contactEmails?: string[] | null;
            description?: string;
            drWorkloadIdentity?: string;
            environmentVariables: components["schemas"]["DeploymentEnvironmentVariableRequest"][];
            /** @enum {string} */
            executor: "CELERY" | "KUBERNETES";
            isCicdEnforced: boolean;
            isDagDeployEnabled: boolean;
            name: string;
            scheduler: components["schemas"]["UpdateDeploymentInstanceSpecRequest"];
            taskPodNodePoolId?: string;
            /** @enum {string} */
            type: "DEDICATED" | "HYBRID" | "STANDARD";
            workerQueues?: components["schemas"]["UpdateWorkerQueueRequest"][] | null;
            workloadIdentity?: string;
            workspaceId: string;
        };
        UpdateDeploymentInstanceSpecRequest: {
            au: number;
            replicas: number;
        };
        UpdateStandardDeploymentRequest: {
            contactEmails?: string[] | null;
            defaultTaskPodCpu?: string;
            defaultTaskPodMemory?: string;
            description?: string;
            drWorkloadIdentity?: string;
            environmentVariables: components["schemas"]["DeploymentEnvironmentVariableRequest"][];
            /** @enum {string} */
            executor: "ASTRO" | "CELERY" | "KUBERNETES";
            isCicdEnforced: boolean;
            isDagDeployEnabled: boolean;
            isDevelopmentMode?: boolean;
            isHighAvailability: boolean;
            name: string;
            remoteExecution?: components["schemas"]["DeploymentRemoteExecutionRequest"];
            resourceQuotaCpu?: string;
            resourceQuotaMemory?: string;
            scalingSpec?: components["schemas"]["DeploymentScalingSpecRequest"];
            /** @enum {string} */
            schedulerSize: "EXTRA_LARGE" | "LARGE" | "MEDIUM" | "SMALL";
            /** @enum {string} */
            type: "DEDICATED" | "HYBRID" | "STANDARD";
            workerQueues?: components["schemas"]["UpdateWorkerQueueRequest"][] | null;
            workloadIdentity?: string;
            workspaceId: string;
        };
        CreateDeployRequest: {
            bundleMountPath?: string;
            bundleType?: string;
            description?: string;
            git?: components["schemas"]["CreateDeployGitRequest"];
            /** @enum {string} */
            type: "BUNDLE" | "DAG_ONLY" | "IMAGE_AND_DAG" | "IMAGE_ONLY";
        };
        CreateDeployGitRequest: {
            account?: string;
            authorName?: string;
            authorUrl?: string;
            authorUsername?: string;
            beforeCommitSha?: string;
            branch?: string;
            commitSha: string;
            commitUrl?: string;
            path?: string;
            /** @enum {string} */
            provider: "GENERIC" | "GITHUB";
            remoteUrl?: string;
            repo?: string;
        };
        Deploy: {
            airflowVersion?: string;
            astroRuntimeVersion?: string;
            bundleMountPath?: string;
            bundleUploadUrl?: string;
            bundles?: components["schemas"]["Bundle"][];
            /** Format: date-time */
            createdAt: string;
            createdBySubject?: components["schemas"]["BasicSubjectProfile"];
            dagTarballVersion?: string;
            dagsUploadUrl?: string;
            deploymentId: string;
            description?: string;
            git?: components["schemas"]["DeployGit"];
            id: string;
            imageRepository: string;
            imageTag: string;
            isDagDeployEnabled: boolean;
            rollbackFromId?: string;
            /** @enum {string} */
            status: "DEPLOYED" | "FAILED" | "INITIALIZED";
            /** @enum {string} */
            type: "DAG_ONLY" | "IMAGE_AND_DAG" | "IMAGE_ONLY";
            /** Format: date-time */
            updatedAt?: string;
            updatedBySubject?: components["schemas"]["BasicSubjectProfile"];
        };
        Bundle: {
            bundleType: string;
            currentVersion?: string;
            deployId: string;
            desiredVersion?: string;
            mountPath: string;
        };
        DeploymentLog: {
            limit: number;
            maxNumResults: number;
            offset: number;
            resultCount: number;
            results: components["schemas"]["DeploymentLogEntry"][];
            searchId: string;
        };
        DeploymentLogEntry: {
            raw: string;
            source: string;
            timestamp: number;
        };
        BundlesPaginated: {
            bundles: components["schemas"]["DeploymentBundle"][];
            limit: number;
            offset: number;
            totalCount: number;
        };
        DeploymentBundle: {
            /** Format: date-time */
            createdAt: string;
            currentVersion?: string;
            dagBundleIds?: string[];
            deletionIsPending?: boolean;
            desiredVersion?: string;
            id: string;
            isDagBundle?: boolean;
            name?: string;
            nonDagBundleType?: string;
            nonDagMountPath?: string;
            /** @enum {string} */
            type: "DEPLOY";
            /** Format: date-time */
            updatedAt: string;
        };
        DeployGit: {
            account?: string;
            authorName?: string;
            authorUrl?: string;
            authorUsername?: string;
            beforeCommitSha?: string;
            branch?: string;
            commitSha: string;
            commitUrl?: string;
            path?: string;
            /** @enum {string} */
            provider: "GENERIC" | "GITHUB";
            remoteUrl?: string;
            repo?: string;
        };
        DeploysPaginated: {
            deploys: components["schemas"]["Deploy"][];
            limit: number;
            offset: number;
            totalCount: number;
        };
        FinalizeDeployRequest: {
            bundleTarballVersion?: string;
            dagTarballVersion?: string;
        };
        Error: {
            fieldErrors?: components["schemas"]["FieldValidationError"][];
            message: string;
            requestId: string;
            statusCode: number;
        };
        FieldValidationError: {
            code: string;
            field: string;
            message: string;
        };
        DeploymentOptions: {
            executors: string[];
            resourceQuotas: components["schemas"]["ResourceQuotaOptions"];
            runtimeReleases: components["schemas"]["RuntimeRelease"][];
            schedulerMachines: components["schemas"]["SchedulerMachine"][];
            workerMachines: components["schemas"]["WorkerMachine"][];
            workerQueues: components["schemas"]["WorkerQueueOptions"];
            workloadIdentityOptions?: components["schemas"]["WorkloadIdentityOption"][];
        };
        ResourceQuotaOptions: {
            defaultPodSize: components["schemas"]["ResourceOption"];
            resourceQuota: components["schemas"]["ResourceOption"];
        };
        ResourceOption: {
            cpu: components["schemas"]["ResourceRange"];
            memory: components["schemas"]["ResourceRange"];
        };
        ResourceRange: {
            ceiling: string;
            default: string;
            floor: string;
        };
        RuntimeRelease: {
            airflowDatabaseMigration: boolean;
            airflowVersion: string;
            channel: string;
            /** Format: date-time */
            releaseDate: string;
            stellarDatabaseMigration: boolean;
            version: string;
        };
        SchedulerMachine: {
            /** @enum {string} */
            name: "EXTRA_LARGE" | "LARGE" | "MEDIUM" | "SMALL";
            spec: components["schemas"]["MachineSpec"];
        };
        MachineSpec: {
            concurrency?: number;
            cpu: string;
            ephemeralStorage?: string;
            memory: string;
        };
        WorkerMachine: {
            concurrency: components["schemas"]["Range"];
            /** @enum {string} */
            name: "A10" | "A120" | "A160" | "A20" | "A40" | "A5" | "A60";
            spec: components["schemas"]["MachineSpec"];
        };
        Range: {
            ceiling: number;
            default: number;
            floor: number;
        };
        WorkerQueueOptions: {
            maxWorkers: components["schemas"]["Range"];
            minWorkers: components["schemas"]["Range"];
            workerConcurrency: components["schemas"]["Range"];
        };
        WorkloadIdentityOption: {
            label: string;
            role: string;
        };
        OverrideDeploymentHibernationBody: {
            isHibernating: boolean;
            /** Format: date-time */
            overrideUntil?: string;
        };
        Organization: {
            allowEnhancedSupportAccess: boolean;
            billingEmail?: string;
            /** Format: date-time */
            createdAt: string;
            createdBy: components["schemas"]["BasicSubjectProfile"];
            hasAiFeaturesDisabled?: boolean;
            hasAllowedIpAddressRanges: boolean;
            id: string;
            isBlockedEnableAiFeatures: boolean;
            isScimEnabled: boolean;
            managedDomains?: components["schemas"]["ManagedDomain"][];
            name: string;
            /** @enum {string} */
            paymentMethod?: "AWS_MARKETPLACE" | "AZURE_MARKETPLACE" | "CREDIT_CARD" | "GCP_MARKETPLACE" | "INVOICE" | "SNOWFLAKE_MARKETPLACE";
            /** @enum {string} */
            product?: "HOSTED" | "HYBRID";
            productPlans: components["schemas"]["OrganizationProductPlan"][];
            shouldEnforceDedicatedClusters: boolean;
            /** @enum {string} */
            status?: "ACTIVE" | "INACTIVE" | "SUSPENDED";
            /** Format: date-time */
            trialExpiresAt?: string;
            /** Format: date-time */
            updatedAt: string;
            updatedBy: components["schemas"]["BasicSubjectProfile"];
        };
        ManagedDomain: {
            /** Format: date-time */
            createdAt: string;
            enforcedLogins?: string[];
            id: string;
            name: string;
            organizationId: string;
            /** @enum {string} */
            status: "PENDING" | "VERIFIED";
            /** Format: date-time */
            updatedAt: string;
        };
        OrganizationProductPlan: {
            /** @enum {string} */
            astronomerProduct: "ASTRO";
            organizationId: string;
            productPlanId: string;
            /** @enum {string} */
            productPlanName: "BASIC" | "BASIC_PAYGO" | "BUSINESS" | "BUSINESS_CRITICAL" | "BUSINESS_V2" | "DEVELOPER" | "DEVELOPER_PAYGO" | "ENTERPRISE" | "ENTERPRISE_BUSINESS_CRITICAL" | "ENTERPRISE_V2" | "IBM_ENTERPRISE" | "INACTIVE" | "INTERNAL" | "POV" | "PREMIUM" | "STANDARD" | "TEAM" | "TEAM_PAYGO" | "TEAM_V2" | "TRIAL" | "TRIAL_V2";
        };
        OrganizationsPaginated: {
            limit: number;
            offset: number;
            organizations: components["schemas"]["Organization"][];
            totalCount: number;
        };
        Workspace: {
            cicdEnforcedDefault: boolean;
            /** Format: date-time */
            createdAt: string;
            createdBy?: components["schemas"]["BasicSubjectProfile"];
            /** @enum {string} */
            defaultCloudProvider?: "AWS" | "AZURE" | "GCP";
            defaultClusterId?: string;
            defaultRegion?: string;
            description?: string;
            id: string;
            name: string;
            organizationId: string;
            organizationName?: string;
            /** Format: date-time */
            updatedAt: string;
            updatedBy?: components["schemas"]["BasicSubjectProfile"];
        };
        WorkspacesPaginated: {
            limit: number;
            offset: number;
            totalCount: number;
            workspaces: components["schemas"]["Workspace"][];
        };
        ClustersPaginated: {
            clusters: components["schemas"]["Cluster"][];
            limit: number;
            offset: number;
            totalCount: number;
        };
        Cluster: {
            /** @enum {string} */
            cloudProvider: "AWS" | "AZURE" | "GCP";
            /** Format: date-time */
            createdAt: string;
            dbInstanceType: string;
            drPodSubnetRange?: string;
            drRegion: string;
            drSecondaryVpcCidr?: string;
            drServicePeeringRange?: string;
            drServiceSubnetRange?: string;
            drVpcSubnetRange?: string;
            enableReplicationTimeControl?: boolean;
            failoverInProgress?: boolean;
            healthStatus?: components["schemas"]["ClusterHealthStatus"];
            id: string;
            isDrEnabled: boolean;
            isFailedOver?: boolean;
            isLimited?: boolean;
            isPrivateNetworkEgressEnabled?: boolean;
            metadata?: components["schemas"]["ClusterMetadata"];
            name: string;
            nodePools?: components["schemas"]["NodePool"][];
            organizationId: string;
            podSubnetRange?: string;
            providerAccount?: string;
            region: string;
            secondaryVpcCidr?: string;
            servicePeeringRange?: string;
            serviceSubnetRange?: string;
            /** @enum {string} */
            status: "ACCESS_DENIED" | "CREATED" | "CREATE_FAILED" | "CREATING" | "FAILING_OVER" | "FAILOVER_FAILED" | "UPDATE_FAILED" | "UPDATING" | "UPGRADE_PENDING";
            tags?: components["schemas"]["ClusterK8sTag"][];
            tenantId?: string;
            /** @enum {string} */
            type: "DEDICATED" | "HYBRID";
            /** Format: date-time */
            updatedAt: string;
            vpcSubnetRange: string;
            workspaceIds?: string[];
        };
        ClusterHealthStatus: {
            details?: components["schemas"]["ClusterHealthStatusDetail"][];
            /** @enum {string} */
            value: "HEALTHY" | "UNHEALTHY" | "UNKNOWN";
        };
        ClusterHealthStatusDetail: {
            code: string;
            component?: string;
            description: string;
            severity: string;
        };
        ClusterMetadata: {
            externalIPs?: string[];
            kubeDnsIp?: string;
            oidcIssuerUrl?: string;
        };
        NodePool: {
            /** @enum {string} */
            cloudProvider: "AWS" | "AZURE" | "GCP";
            clusterId: string;
            /** Format: date-time */
            createdAt: string;
            id: string;
            isDefault: boolean;
            maxNodeCount: number;
            name: string;
            nodeInstanceType: string;
            supportedAstroMachines?: string[];
            /** Format: date-time */
            updatedAt: string;
        };
        ClusterK8sTag: {
            key?: string;
            value?: string;
        };
        DeployRollbackRequest: {
            description?: string;
        };
        UpdateDeployRequest: {
            description?: string;
        };
        /** @enum {string} */
        EnvironmentObjectType: "AIRFLOW_VARIABLE" | "CONNECTION" | "ENVIRONMENT_VARIABLE" | "METRICS_EXPORT";
        /** @enum {string} */
        EnvironmentObjectScope: "DEPLOYMENT" | "WORKSPACE";
        /**
         * @description The only value the API declares for links and exclusions.
         * @enum {string}
         */
        LinkScope: "DEPLOYMENT";
        /** @enum {string} */
        MetricsExportAuthType: "AUTH_TOKEN" | "BASIC" | "SIGV4";
        /** @enum {string} */
        MetricsExportExporterType: "PROMETHEUS";
        /** @enum {string} */
        EnvironmentObjectSort: "createdAt:asc" | "createdAt:desc" | "objectKey:asc" | "objectKey:desc" | "objectType:asc" | "objectType:desc" | "updatedAt:asc" | "updatedAt:desc";
        EnvironmentError: {
            message: string;
            /** @description Quote it to support. */
            requestId: string;
            statusCode: number;
            /** @description One entry per violated constraint; only on validation failures. */
            fieldErrors?: components["schemas"]["EnvironmentFieldValidationError"][];
        };
        EnvironmentFieldValidationError: {
            code: string;
            field: string;
            message: string;
        };
        /** @description The flat body plus two coupling rules. The rules restate client-side checks (the CLI speaks of a type discriminator check on the server; Terraform refuses mixed members). */
        CreateEnvironmentObjectRequest: components["schemas"]["CreateEnvironmentObjectBody"] & components["schemas"]["CreateTypeRule"] & components["schemas"]["CreateScopeRule"];
        CreateEnvironmentObjectBody: {
            /** @description Connection ID, variable name or export name. Immutable. Server-side pattern and length are not declared anywhere in the sources. */
            objectKey: string;
            objectType: components["schemas"]["EnvironmentObjectType"];
            scope: components["schemas"]["EnvironmentObjectScope"];
            /** @description Workspace ID or Deployment ID, to match `scope`. */
            scopeEntityId: string;
            description?: string;
            /** @description Link every present and future Deployment of the Workspace. WORKSPACE scope only. */
            autoLinkDeployments?: boolean;
            /** @description Explicit links. WORKSPACE scope only. */
            links?: components["schemas"]["CreateEnvironmentObjectLinkRequest"][];
            /** @description Deployments kept out of auto-linking. WORKSPACE scope only. */
            excludeLinks?: components["schemas"]["ExcludeLinkEnvironmentObjectRequest"][];
            airflowVariable?: components["schemas"]["CreateEnvironmentObjectAirflowVariableRequest"];
            connection?: components["schemas"]["CreateEnvironmentObjectConnectionRequest"];
            environmentVariable?: components["schemas"]["CreateEnvironmentObjectEnvironmentVariableRequest"];
            metricsExport?: components["schemas"]["CreateEnvironmentObjectMetricsExportRequest"];
        };
        /** @description Exactly the typed body that belongs to `objectType`. */
        CreateTypeRule: {
            /** @enum {string} */
            objectType: "CONNECTION";
        } | {
            /** @enum {string} */
            objectType: "AIRFLOW_VARIABLE";
        } | {
            /** @enum {string} */
            objectType: "ENVIRONMENT_VARIABLE";
        } | {
            /** @enum {string} */
            objectType: "METRICS_EXPORT";
        };
        /** @description Sharing members belong to Workspace objects only. */
        CreateScopeRule: {
            /** @enum {string} */
            scope: "WORKSPACE";
        } | {
            /** @enum {string} */
            scope: "DEPLOYMENT";
            /** @enum {boolean} */
            autoLinkDeployments?: false;
        };
        CreateEnvironmentObjectLinkRequest: {
            scope: components["schemas"]["LinkScope"];
            /** @description Deployment ID. */
            scopeEntityId: string;
            overrides?: components["schemas"]["CreateEnvironmentObjectOverridesRequest"];
        };
        /** @description Use the one member that belongs to the object's type. */
        CreateEnvironmentObjectOverridesRequest: {
            airflowVariable?: components["schemas"]["VariableOverridesRequest"];
            connection?: components["schemas"]["ConnectionOverridesRequest"];
            environmentVariable?: components["schemas"]["VariableOverridesRequest"];
            metricsExport?: components["schemas"]["MetricsExportOverridesRequest"];
        };
        CreateEnvironmentObjectAirflowVariableRequest: {
            value?: string;
            /** @description Fixed at creation. Terraform shows the default to be false. */
            isSecret?: boolean;
        };
        CreateEnvironmentObjectEnvironmentVariableRequest: {
            value?: string;
            /** @description Fixed at creation. */
            isSecret?: boolean;
        };
        CreateEnvironmentObjectConnectionRequest: {
            /** @description Airflow connection type, such as postgres or snowflake. */
            type: string;
            /** @description Selects an Astro connection form (auth method). Write-only: responses show a resolved `connectionAuthType` object instead. */
            authTypeId?: string;
            host?: string;
            port?: number;
            login?: string;
            /** Format: password */
            password?: string;
            schema?: string;
            extra?: components["schemas"]["ConnectionExtra"];
        };
        CreateEnvironmentObjectMetricsExportRequest: {
            /** @description Prometheus remote-write URL. */
            endpoint: string;
            exporterType: components["schemas"]["MetricsExportExporterType"];
            authType?: components["schemas"]["MetricsExportAuthType"];
            /**
             * Format: password
             * @description Bearer token.
             */
            basicToken?: string;
            username?: string;
            /** Format: password */
            password?: string;
            sigV4AssumeArn?: string;
            sigV4StsRegion?: string;
            headers?: components["schemas"]["StringMap"];
            labels?: components["schemas"]["StringMap"];
        };
        CreateEnvironmentObject: {
            id: string;
        };
        /** @description A JSON object here, unlike in Airflow's REST API where it is a string holding JSON. */
        ConnectionExtra: {
            [key: string]: unknown;
        };
        StringMap: {
            [key: string]: string;
        };
        /** @description Only the value can be overridden; secrecy follows the parent. */
        VariableOverridesRequest: {
            value?: string;
        };
        /** @description Every connection field except `authTypeId` can be overridden. */
        ConnectionOverridesRequest: {
            type?: string;
            host?: string;
            port?: number;
            login?: string;
            /** Format: password */
            password?: string;
            schema?: string;
            extra?: components["schemas"]["ConnectionExtra"];
        };
        MetricsExportOverridesRequest: {
            endpoint?: string;
            exporterType?: components["schemas"]["MetricsExportExporterType"];
            authType?: components["schemas"]["MetricsExportAuthType"];
            /** Format: password */
            basicToken?: string;
            username?: string;
            /** Format: password */
            password?: string;
            sigV4AssumeArn?: string;
            sigV4StsRegion?: string;
            headers?: components["schemas"]["StringMap"];
            labels?: components["schemas"]["StringMap"];
        };
        ExcludeLinkEnvironmentObjectRequest: {
            scope: components["schemas"]["LinkScope"];
            /** @description Deployment ID. */
            scopeEntityId: string;
        };
        /** @description The flat body plus the rule that one typed body is present. */
        UpdateEnvironmentObjectRequest: components["schemas"]["UpdateEnvironmentObjectBody"] & components["schemas"]["UpdateTypeRule"];
        /** @description No objectKey, objectType, scope or scopeEntityId; those cannot change. */
        UpdateEnvironmentObjectBody: {
            description?: string;
            /** @description WORKSPACE scope only. */
            autoLinkDeployments?: boolean;
            /** @description WORKSPACE scope only. Replaces the set of linked Deployments; entries merge one by one. */
            links?: components["schemas"]["UpdateEnvironmentObjectLinkRequest"][];
            /** @description WORKSPACE scope only. Replaces the set of excluded Deployments. */
            excludeLinks?: components["schemas"]["ExcludeLinkEnvironmentObjectRequest"][];
            airflowVariable?: components["schemas"]["UpdateEnvironmentObjectAirflowVariableRequest"];
            connection?: components["schemas"]["UpdateEnvironmentObjectConnectionRequest"];
            environmentVariable?: components["schemas"]["UpdateEnvironmentObjectEnvironmentVariableRequest"];
            metricsExport?: components["schemas"]["UpdateEnvironmentObjectMetricsExportRequest"];
        };
        /** @description Exactly one typed body; the server further wants it to match the stored type. */
        UpdateTypeRule: Record<string, never> | Record<string, never> | Record<string, never> | Record<string, never>;
        UpdateEnvironmentObjectLinkRequest: {
            scope: components["schemas"]["LinkScope"];
            /** @description Deployment ID. */
            scopeEntityId: string;
            overrides?: components["schemas"]["UpdateEnvironmentObjectOverridesRequest"];
        };
        /** @description Use the one typed member that belongs to the object's type, `unsetFields`, or both. */
        UpdateEnvironmentObjectOverridesRequest: {
            airflowVariable?: components["schemas"]["VariableOverridesRequest"];
            connection?: components["schemas"]["ConnectionOverridesRequest"];
            environmentVariable?: components["schemas"]["VariableOverridesRequest"];
            metricsExport?: components["schemas"]["MetricsExportOverridesRequest"];
            /** @description Override fields to drop so the parent value shows through again. Plain names for fields (password), dotted names for one member of a map (extra.database, headers.X-Key). A field must not be set and unset in the same entry. */
            unsetFields?: string[];
        };
        UpdateEnvironmentObjectAirflowVariableRequest: {
            /** @description For a secret, the empty string is taken to mean no change. */
            value?: string;
        };
        UpdateEnvironmentObjectEnvironmentVariableRequest: {
            /** @description For a secret, the empty string means no change. */
            value?: string;
        };
        /** @description `type` is required on every update although Terraform treats it as immutable. The CLI treats the rest as a partial update. */
        UpdateEnvironmentObjectConnectionRequest: {
            type: string;
            authTypeId?: string;
            host?: string;
            port?: number;
            login?: string;
            /** Format: password */
            password?: string;
            schema?: string;
            extra?: components["schemas"]["ConnectionExtra"];
        };
        /** @description Every member is optional on update. */
        UpdateEnvironmentObjectMetricsExportRequest: {
            endpoint?: string;
            exporterType?: components["schemas"]["MetricsExportExporterType"];
            authType?: components["schemas"]["MetricsExportAuthType"];
            /** Format: password */
            basicToken?: string;
            username?: string;
            /** Format: password */
            password?: string;
            sigV4AssumeArn?: string;
            sigV4StsRegion?: string;
            headers?: components["schemas"]["StringMap"];
            labels?: components["schemas"]["StringMap"];
        };
        EnvironmentObjectsPaginated: {
            environmentObjects: components["schemas"]["EnvironmentObject"][];
            limit: number;
            offset: number;
            totalCount: number;
        };
        EnvironmentObject: {
            /** @description Absent on rows produced by `resolveLinked=true`. */
            id?: string;
            objectKey: string;
            objectType: components["schemas"]["EnvironmentObjectType"];
            scope: components["schemas"]["EnvironmentObjectScope"];
            scopeEntityId: string;
            /** @description Where the row comes from when it was resolved through a link. */
            sourceScope?: components["schemas"]["EnvironmentObjectScope"];
            sourceScopeEntityId?: string;
            description?: string;
            /** @description Left out by the server when false; read a missing member as false. */
            autoLinkDeployments?: boolean;
            links?: components["schemas"]["EnvironmentObjectLink"][];
            excludeLinks?: components["schemas"]["EnvironmentObjectExcludeLink"][];
            airflowVariable?: components["schemas"]["EnvironmentObjectVariable"];
            connection?: components["schemas"]["EnvironmentObjectConnection"];
            environmentVariable?: components["schemas"]["EnvironmentObjectVariable"];
            metricsExport?: components["schemas"]["EnvironmentObjectMetricsExport"];
            /** @description Names of the fields that hold a value, masked secrets included; dotted for members of a map. Default to an empty list when reading from a server that predates it. */
            setFields: string[];
            /** @description UTC timestamp. */
            createdAt?: string;
            createdBy?: components["schemas"]["EnvironmentBasicSubjectProfile"];
            /** @description UTC timestamp. */
            updatedAt?: string;
            updatedBy?: components["schemas"]["EnvironmentBasicSubjectProfile"];
        };
        EnvironmentObjectVariable: {
            isSecret: boolean;
            /** @description Empty when the variable is secret and secrets were not requested. */
            value: string;
        };
        EnvironmentObjectConnection: {
            type: string;
            host?: string;
            port?: number;
            login?: string;
            /** @description Masked as an absent member or an empty string; with showSecrets the real value. */
            password?: string;
            schema?: string;
            extra?: components["schemas"]["ConnectionExtra"];
            connectionAuthType?: components["schemas"]["ConnectionAuthType"];
        };
        EnvironmentObjectMetricsExport: {
            endpoint: string;
            exporterType: components["schemas"]["MetricsExportExporterType"];
            /** @description AUTH_TOKEN, BASIC or SIGV4. Terraform's tests say reads do not give it back (an empty string or nothing), hence no enum here. */
            authType?: string;
            basicToken?: string;
            username?: string;
            password?: string;
            sigV4AssumeArn?: string;
            sigV4StsRegion?: string;
            headers?: components["schemas"]["StringMap"];
            labels?: components["schemas"]["StringMap"];
        };
        /** @description Reads name the overrides after the type (connectionOverrides), writes nest them (overrides.connection). */
        EnvironmentObjectLink: {
            /** @description DEPLOYMENT today; kept open for reading. */
            scope: string;
            scopeEntityId: string;
            airflowVariableOverrides?: components["schemas"]["EnvironmentObjectVariableOverrides"];
            connectionOverrides?: components["schemas"]["EnvironmentObjectConnectionOverrides"];
            environmentVariableOverrides?: components["schemas"]["EnvironmentObjectVariableOverrides"];
            metricsExportOverrides?: components["schemas"]["EnvironmentObjectMetricsExportOverrides"];
            /** @description Names of the overridden fields, masked secrets included; dotted for members of a map. */
            setFields: string[];
        };
        EnvironmentObjectExcludeLink: {
            /** @description DEPLOYMENT today; kept open for reading. */
            scope: string;
            scopeEntityId: string;
        };
        /** @description For secret objects the server leaves the whole override out rather than blanking it. */
        EnvironmentObjectVariableOverrides: {
            value: string;
        };
        EnvironmentObjectConnectionOverrides: {
            type?: string;
            host?: string;
            port?: number;
            login?: string;
            password?: string;
            schema?: string;
            extra?: components["schemas"]["ConnectionExtra"];
        };
        EnvironmentObjectMetricsExportOverrides: {
            endpoint?: string;
            exporterType?: components["schemas"]["MetricsExportExporterType"];
            /** @description May not be given back on reads. */
            authType?: string;
            basicToken?: string;
            username?: string;
            password?: string;
            sigV4AssumeArn?: string;
            sigV4StsRegion?: string;
            headers?: components["schemas"]["StringMap"];
            labels?: components["schemas"]["StringMap"];
        };
        /** @description Read-only description of the connection form chosen with `authTypeId`. */
        ConnectionAuthType: {
            id: string;
            name: string;
            authMethodName: string;
            airflowType: string;
            description: string;
            providerPackageName: string;
            providerLogo?: string;
            guidePath?: string;
            parameters: components["schemas"]["ConnectionAuthTypeParameter"][];
        };
        ConnectionAuthTypeParameter: {
            /** @description Airflow field name or member of extra. */
            airflowParamName: string;
            /** @description Label in the Astro UI. */
            friendlyName: string;
            dataType: string;
            description: string;
            example?: string;
            /** @description True when the value lives in extra. */
            isInExtra: boolean;
            isRequired: boolean;
            isSecret: boolean;
            /** @description Regular expression for the value. */
            pattern?: string;
        };
        EnvironmentBasicSubjectProfile: {
            id: string;
            /** @enum {string} */
            subjectType?: "SERVICEKEY" | "USER";
            apiTokenName?: string;
            username?: string;
            fullName?: string;
            avatarUrl?: string;
        };
    };
    responses: {
        /** @description Error body: message, requestId, statusCode and, for 400, fieldErrors */
        Error: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description Binding or validation failure. The generated client does not list 400 for these operations, but the error model's comment says validation failures use it and then carry `fieldErrors`. */
        BadRequest: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["EnvironmentError"];
            };
        };
        /** @description Missing, malformed or expired token. */
        Unauthorized: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["EnvironmentError"];
            };
        };
        /** @description The token lacks the permission, or an Organization policy forbids the request. */
        Forbidden: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["EnvironmentError"];
            };
        };
        /** @description Organization, object or scope entity not found. */
        NotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["EnvironmentError"];
            };
        };
        /** @description Verb not supported. */
        MethodNotAllowed: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["EnvironmentError"];
            };
        };
        /** @description State conflict, such as a duplicate key. */
        Conflict: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["EnvironmentError"];
            };
        };
        /** @description Not declared for these operations. The general API guide sets per-token limits of 10 POST, 5 DELETE and 25 GET requests a second. The body may not be JSON. */
        TooManyRequests: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["EnvironmentError"];
            };
        };
        /** @description Server failure. The CLI validates Deployment IDs itself because a malformed one is answered like this. */
        ServerError: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["EnvironmentError"];
            };
        };
    };
    parameters: {
        OrganizationId: string;
        /** @description ID of a stored object (25-character CUID). */
        EnvironmentObjectId: string;
    };
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listOrganizations: {
        parameters: {
            query?: {
                sorts?: string[];
                offset?: number;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrganizationsPaginated"];
                };
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
            500: components["responses"]["Error"];
        };
    };
    getOrganization: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                organizationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Organization"];
                };
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
            404: components["responses"]["Error"];
            500: components["responses"]["Error"];
        };
    };
    listWorkspaces: {
        parameters: {
            query?: {
                sorts?: string[];
                workspaceIds?: string[];
                names?: string[];
                offset?: number;
                limit?: number;
            };
            header?: never;
            path: {
                organizationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkspacesPaginated"];
                };
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
            500: components["responses"]["Error"];
        };
    };
    getWorkspace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                organizationId: string;
                workspaceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workspace"];
                };
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
            404: components["responses"]["Error"];
            500: components["responses"]["Error"];
        };
    };
    listClusters: {
        parameters: {
            query?: {
                sorts?: string[];
                names?: string[];
                offset?: number;
                limit?: number;
            };
            header?: never;
            path: {
                organizationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClustersPaginated"];
                };
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
            404: components["responses"]["Error"];
            500: components["responses"]["Error"];
        };
    };
    getCluster: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                organizationId: string;
                clusterId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Cluster"];
                };
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
            404: components["responses"]["Error"];
            500: components["responses"]["Error"];
        };
    };
    getDeploymentOptions: {
        parameters: {
            query?: {
                deploymentId?: string;
                deploymentType?: "DEDICATED" | "HYBRID" | "STANDARD";
                executor?: string;
                cloudProvider?: string;
            };
            header?: never;
            path: {
                organizationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeploymentOptions"];
                };
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
            404: components["responses"]["Error"];
            500: components["responses"]["Error"];
        };
    };
    listDeployments: {
        parameters: {
            query?: {
                deploymentIds?: string[];
                names?: string[];
                workspaceIds?: string[];
                offset?: number;
                limit?: number;
                /** @description fieldName:asc or fieldName:desc */
                sorts?: string[];
            };
            header?: never;
            path: {
                organizationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeploymentsPaginated"];
                };
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
            500: components["responses"]["Error"];
        };
    };
    createDeployment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                organizationId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateDeploymentRequest"];
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Deployment"];
                };
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
            500: components["responses"]["Error"];
        };
    };
    getDeployment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                organizationId: string;
                deploymentId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Deployment"];
                };
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
            404: components["responses"]["Error"];
            500: components["responses"]["Error"];
        };
    };
    updateDeployment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                organizationId: string;
                deploymentId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateDeploymentRequest"];
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Deployment"];
                };
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
            404: components["responses"]["Error"];
            500: components["responses"]["Error"];
        };
    };
    deleteDeployment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                organizationId: string;
                deploymentId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
            404: components["responses"]["Error"];
            500: components["responses"]["Error"];
        };
    };
    getDeploymentLogs: {
        parameters: {
            query: {
                sources: string[];
                limit?: number;
                offset?: number;
                range?: number;
                maxNumResults?: number;
                searchId?: string;
                searchText?: string;
            };
            header?: never;
            path: {
                organizationId: string;
                deploymentId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeploymentLog"];
                };
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
            404: components["responses"]["Error"];
            500: components["responses"]["Error"];
        };
    };
    listBundles: {
        parameters: {
            query?: {
                isDagBundle?: boolean;
                type?: "DEPLOY";
                offset?: number;
                limit?: number;
            };
            header?: never;
            path: {
                organizationId: string;
                deploymentId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BundlesPaginated"];
                };
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
            404: components["responses"]["Error"];
            500: components["responses"]["Error"];
        };
    };
    listDeploys: {
        parameters: {
            query?: {
                offset?: number;
                limit?: number;
            };
            header?: never;
            path: {
                organizationId: string;
                deploymentId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeploysPaginated"];
                };
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
            404: components["responses"]["Error"];
            500: components["responses"]["Error"];
        };
    };
    createDeploy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                organizationId: string;
                deploymentId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateDeployRequest"];
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Deploy"];
                };
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
            404: components["responses"]["Error"];
            500: components["responses"]["Error"];
        };
    };
    getDeploy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                organizationId: string;
                deploymentId: string;
                deployId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Deploy"];
                };
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
            404: components["responses"]["Error"];
            500: components["responses"]["Error"];
        };
    };
    updateDeploy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                organizationId: string;
                deploymentId: string;
                deployId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateDeployRequest"];
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Deploy"];
                };
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
            404: components["responses"]["Error"];
            500: components["responses"]["Error"];
        };
    };
    finalizeDeploy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                organizationId: string;
                deploymentId: string;
                deployId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FinalizeDeployRequest"];
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Deploy"];
                };
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
            500: components["responses"]["Error"];
        };
    };
    rollbackToDeploy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                organizationId: string;
                deploymentId: string;
                deployId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeployRollbackRequest"];
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Deploy"];
                };
            };
            400: components["responses"]["Error"];
            401: components["responses"]["Error"];
            403: components["responses"]["Error"];
            404: components["responses"]["Error"];
            500: components["responses"]["Error"];
        };
    };
    overrideHibernation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                organizationId: string;
                deploymentId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OverrideDeploymentHibernationBody"];
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeploymentHibernationOverride"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    removeHibernationOverride: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                organizationId: string;
                deploymentId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Removed */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    listEnvironmentObjects: {
        parameters: {
            query?: {
                /** @description Rows to skip. */
                offset?: number;
                /** @description Largest number of rows to return. Both the CLI and the Terraform provider ask for 1000. The default and the bounds shown here are those of the sibling list endpoints in the 2024 specification. */
                limit?: number;
                /** @description Sort terms, sent as a repeated parameter. */
                sorts?: components["schemas"]["EnvironmentObjectSort"][];
                /** @description Restrict to one Workspace. Send either this or `deploymentId`, not both. */
                workspaceId?: string;
                /** @description Restrict to one Deployment. Send either this or `workspaceId`, not both. */
                deploymentId?: string;
                objectType?: components["schemas"]["EnvironmentObjectType"];
                /** @description Restrict to one key. The CLI expects at most one row per scope entity and type, yet compares the key again on its side; do the same. */
                objectKey?: string;
                /** @description Ask for secret values in clear. Refused when the Organization has not enabled Environment Secrets Fetching; the error message then mentions showSecrets, the organization and that it is not allowed. */
                showSecrets?: boolean;
                /** @description Fold linked objects into the answer. Always send it; the server's default is not known. */
                resolveLinked?: boolean;
            };
            header?: never;
            path: {
                organizationId: components["parameters"]["OrganizationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EnvironmentObjectsPaginated"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["ServerError"];
        };
    };
    createEnvironmentObject: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                organizationId: components["parameters"]["OrganizationId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateEnvironmentObjectRequest"];
            };
        };
        responses: {
            /** @description Created (the API answers 200, not 201). */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreateEnvironmentObject"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            409: components["responses"]["Conflict"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["ServerError"];
        };
    };
    getEnvironmentObject: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                organizationId: components["parameters"]["OrganizationId"];
                /** @description ID of a stored object (25-character CUID). */
                environmentObjectId: components["parameters"]["EnvironmentObjectId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The object. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EnvironmentObject"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["ServerError"];
        };
    };
    updateEnvironmentObject: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                organizationId: components["parameters"]["OrganizationId"];
                /** @description ID of a stored object (25-character CUID). */
                environmentObjectId: components["parameters"]["EnvironmentObjectId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateEnvironmentObjectRequest"];
            };
        };
        responses: {
            /** @description The object after the update. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EnvironmentObject"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            409: components["responses"]["Conflict"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["ServerError"];
        };
    };
    deleteEnvironmentObject: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                organizationId: components["parameters"]["OrganizationId"];
                /** @description ID of a stored object (25-character CUID). */
                environmentObjectId: components["parameters"]["EnvironmentObjectId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            409: components["responses"]["Conflict"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["ServerError"];
        };
    };
    excludeLinkingEnvironmentObject: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                organizationId: components["parameters"]["OrganizationId"];
                /** @description ID of a stored object (25-character CUID). */
                environmentObjectId: components["parameters"]["EnvironmentObjectId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "scope": "DEPLOYMENT",
                 *       "scopeEntityId": "cdeploybranch000000000001"
                 *     }
                 */
                "application/json": components["schemas"]["ExcludeLinkEnvironmentObjectRequest"];
            };
        };
        responses: {
            /** @description Excluded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Excluded. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            409: components["responses"]["Conflict"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["ServerError"];
        };
    };
}
