package leak

import "github.com/stagedive/stagedive/model/finding"

func secretRules() []finding.Rule {
	rule := func(id, title string, severity finding.Severity, why, fix string) finding.Rule {
		return finding.Rule{ID: id, Title: title, Category: finding.Secret, Severity: severity, Why: why, Fix: fix}
	}
	const (
		everyone = "Everyone who can pull the image can read it, also when a later layer deletes the file. "
		mount    = "Revoke it, then hand it to the one step that needs it: RUN --mount=type=secret,id=NAME …"
	)
	return []finding.Rule{
		rule("SD-K001", "Private key", finding.Critical, everyone+"Whoever has a private key can pass for its owner.", mount),
		rule("SD-K002", "Credentials in a file", finding.Critical, everyone+"Whoever has the credentials can act as their owner.", mount),
		rule("SD-K003", "Token in a text file", finding.High, everyone+"A token opens the account that it was issued for.", mount),
		rule("SD-K004", "Secret in ENV", finding.High,
			"The environment is part of the image's configuration: everyone who can pull the image can read it, and every process in the container inherits it.",
			"Revoke it, drop the ENV, and set the variable when the container starts; for a build step use RUN --mount=type=secret,id=NAME,env=NAME."),
		rule("SD-K005", "Secret in the image's history", finding.High,
			"Build arguments and commands are written to the image's history, which everyone who can pull the image can read.",
			"Revoke it, and hand it over with RUN --mount=type=secret,id=NAME,env=NAME instead of ARG."),
		rule("SD-K006", "Private keys among examples", finding.Info,
			"Keys in documentation and test data are known to everybody; they are size, and harm only where something trusts them.",
			"Leave tests and documentation out of what is copied."),
	}
}
