package leak

import "github.com/stagedive/stagedive/model/finding"

func repositoryRules() []finding.Rule {
	rule := func(id, title, name string) finding.Rule {
		return finding.Rule{
			ID: id, Title: title, Category: finding.VCS, Severity: finding.High,
			Why: "The whole history of the project ships with the image: every version of its sources, and whatever was ever committed and taken back.",
			Fix: "Add " + name + " to .dockerignore, or copy the directories that are needed by name.",
		}
	}
	return []finding.Rule{
		rule("SD-V001", "Git repository", ".git"),
		rule("SD-V002", "Mercurial repository", ".hg"),
		rule("SD-V003", "Subversion working copy", ".svn"),
	}
}
