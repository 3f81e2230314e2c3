package policyfile

import _ "embed"

// Schema is the JSON Schema of a policy, for editors.
//
//go:embed policy.schema.json
var Schema string
