package leak

import "github.com/stagedive/stagedive/model/finding"

func sourceRules() []finding.Rule {
	const fix = "COPY --from the build stage only what was built, by its path, rather than the directory that it was built in."
	return []finding.Rule{
		{
			ID: "SD-S001", Title: "Source files of a compiled language", Category: finding.Source, Severity: finding.Medium,
			Why: "The program runs from what was compiled; its sources only show everyone who pulls the image how it works.",
			Fix: fix,
		},
		{
			ID: "SD-S002", Title: "TypeScript source files", Category: finding.Source, Severity: finding.Medium,
			Why: "Node runs the JavaScript that was made of them; the TypeScript only shows everyone who pulls the image how it works.",
			Fix: fix,
		},
		{
			ID: "SD-S003", Title: "Source maps", Category: finding.Source, Severity: finding.Low,
			Why: "Source maps give the sources back that a bundle was made of, often whole.",
			Fix: "Build without source maps for production, or leave *.map out of what is copied.",
		},
	}
}
