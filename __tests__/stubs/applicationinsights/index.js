// Azurite's telemetry, left out: 260 MB that the tests never use.
module.exports = {};
