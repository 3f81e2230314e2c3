package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/stagedive/stagedive/buildgraph/lint"
	"github.com/stagedive/stagedive/inspect/leak/rules"
	"github.com/stagedive/stagedive/inspect/leak/rules/page"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/nearest"
	"github.com/stagedive/stagedive/model/policy"
)

// ruleFlags say which rules to judge by.
type ruleFlags struct {
	files []string
	set   *rules.Set // nil for those that stagedive brings along
}

func (f *ruleFlags) add(fs *pflag.FlagSet) {
	fs.StringArrayVar(&f.files, "rules", nil, "judge by the rules in FILE, or in the *.yaml of a directory, too (repeatable)")
}

// load reads the files.
func (f *ruleFlags) load() error {
	if len(f.files) == 0 {
		return nil
	}
	set, err := rules.Load(f.files...)
	f.set = set
	return usage(err)
}

// all are the rules to judge by.
func (f *ruleFlags) all() *rules.Set {
	if f.set == nil {
		return rules.Builtin()
	}
	return f.set
}

func newRulesCmd(env environment) *cobra.Command {
	var flags ruleFlags
	var format string
	cmd := &cobra.Command{
		Use:   "rules [ID]...",
		Short: "list what images and Dockerfiles are judged by, or explain a rule",
		Example: `  stagedive rules
  stagedive rules SD-T002
  stagedive rules --rules acme.yaml ACME-1`,
		RunE: func(_ *cobra.Command, args []string) error {
			if !slices.Contains(page.Formats(), format) {
				return usagef("--format %q is not known; use text, json or markdown", format)
			}
			if err := flags.load(); err != nil {
				return err
			}
			all := book(flags.all())
			if len(args) == 0 {
				return page.List(env.stdout, format, all)
			}
			some, err := pick(all, args)
			if err != nil {
				return err
			}
			return page.Pages(env.stdout, format, some)
		},
	}
	flags.add(cmd.Flags())
	cmd.Flags().StringVar(&format, "format", "text", "text, json or markdown")
	return cmd
}

// book is all the rules that there are, with what is told of each.
func book(set *rules.Set) []page.Rule {
	var all []page.Rule
	for _, r := range set.All() {
		all = append(all, page.Rule{Rule: r.Rule, Seen: r.Seen()})
	}
	for _, r := range slices.Concat(lint.Rules(), policy.Rules()) {
		all = append(all, page.Rule{Rule: r})
	}
	return all
}

// everyRule is all rules without what is told of them beside.
func everyRule(set *rules.Set) []finding.Rule {
	var out []finding.Rule
	for _, r := range book(set) {
		out = append(out, r.Rule)
	}
	return out
}

// pick finds the rules with the IDs, upper or lower case.
func pick(all []page.Rule, ids []string) ([]page.Rule, error) {
	known := make([]string, len(all))
	for i, r := range all {
		known[i] = r.ID
	}
	var some []page.Rule
	for _, id := range ids {
		i := slices.IndexFunc(known, func(k string) bool { return strings.EqualFold(k, id) })
		if i < 0 {
			hint := ""
			if near := nearest.Word(id, known, len(id)/2); near != "" {
				hint = fmt.Sprintf("is %s meant? ", near)
			}
			return nil, usagef("there is no rule %q; %sstagedive rules lists them all", id, hint)
		}
		some = append(some, all[i])
	}
	return some, nil
}
