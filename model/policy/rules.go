package policy

import "github.com/stagedive/stagedive/model/finding"

// IDs of the policy's own rules.
const (
	RuleBudget    = "SD-P001"
	RuleForbidden = "SD-P002"
	RuleRequired  = "SD-P003"
	RulePackage   = "SD-P004"
	RuleTest      = "SD-P010"
)

// Default is how severe a finding of a policy is that says nothing else.
const Default = finding.High

// Rules are those that findings of a policy are instances of, sorted by ID.
func Rules() []finding.Rule {
	return []finding.Rule{
		{
			ID: RuleBudget, Title: "Over budget", Category: finding.Policy, Severity: Default,
			Why: "The project's policy says how much this image may take, and it takes more: images grow unnoticed, and every pull pays for it.",
			Fix: "Take out what grew, or raise the budget in the policy on purpose.",
			More: "Budgets are of the image's size, of what it adds to its base, of what its own instructions waste, of layers and of files. " +
				"What is counted is what `stagedive inspect` tells: bytes of files as they lie in the layers, not compressed.",
		},
		{
			ID: RuleForbidden, Title: "Forbidden path", Category: finding.Policy, Severity: Default,
			Why: "The project's policy says that this must not be in the image.",
			Fix: "Take it out where it comes in, or take the entry out of the policy.",
			More: "A pattern that begins with / is the whole path, any other may lie anywhere; a directory brings what lies in it. " +
				"The final image counts; with `deleted: true` also what a later layer deletes, for that is still shipped.",
		},
		{
			ID: RuleRequired, Title: "Required path is missing", Category: finding.Policy, Severity: Default,
			Why:  "The project's policy says that the image cannot do without this.",
			Fix:  "Bring it into the image, or take the entry out of the policy.",
			More: "The final image counts: a file that a later layer deletes is missing.",
		},
		{
			ID: RulePackage, Title: "Forbidden package", Category: finding.Policy, Severity: Default,
			Why: "The project's policy says that this package, or this version of it, must not be in the image.",
			Fix: "Leave it out or take another version, or take the entry out of the policy.",
			More: "Packages are those that the databases of distributions, the manifests of languages and the build information of programs tell. " +
				"Versions are compared as the kind of package compares them.",
		},
		{
			ID: RuleTest, Title: "Structure test failed", Category: finding.Policy, Severity: Default,
			Why:  "A container-structure-test that the project's policy names does not hold for this image.",
			Fix:  "Change the image so that the test holds, or the test.",
			More: "The suites are those that the policy's `tests:` name, in the form of container-structure-test.",
		},
	}
}
