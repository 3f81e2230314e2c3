package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/stagedive/stagedive/inspect/report"
)

// reportFlags say in which forms to report, and where to.
type reportFlags struct {
	format  string
	output  string
	reports []string // FORMAT=FILE
}

// checkFormats are the forms of check's report, in the order in which they are told of.
var checkFormats = []string{"text", "json", "sarif", "github", "junit", "markdown"}

func (f *reportFlags) add(fs *pflag.FlagSet) {
	fs.StringVar(&f.format, "format", "text", "how to report: "+strings.Join(checkFormats, ", "))
	fs.StringVarP(&f.output, "output", "o", "", "write the report to FILE instead of stdout")
	fs.StringArrayVar(&f.reports, "report", nil, "write another one too: FORMAT=FILE (repeatable)")
}

// checkWriter is what writes a form of the report.
func checkWriter(format string) func(io.Writer, report.Report) error {
	switch format {
	case "text":
		return report.Check
	case "json":
		return report.JSON
	case "sarif":
		return report.SARIF
	case "github":
		return report.GitHub
	case "junit":
		return report.JUnit
	case "markdown":
		return report.PullRequest
	}
	return nil
}

func (f *reportFlags) check() error {
	formats := []string{f.format}
	for _, r := range f.reports {
		format, file, ok := strings.Cut(r, "=")
		if !ok || file == "" {
			return usagef("--report %q is not FORMAT=FILE; write --report sarif=leaks.sarif", r)
		}
		formats = append(formats, format)
	}
	for _, format := range formats {
		if !slices.Contains(checkFormats, format) {
			return usagef("there is no report %q; use one of %s", format, strings.Join(checkFormats, ", "))
		}
	}
	return nil
}

// write writes all reports. Files come first: what stdout says can then rely on them.
func (f *reportFlags) write(env environment, r report.Report) error {
	all := slices.Clone(f.reports)
	if f.output != "" && f.output != "-" {
		all = append(all, f.format+"="+f.output)
	}
	for _, one := range all {
		format, file, _ := strings.Cut(one, "=")
		var buf bytes.Buffer
		if err := checkWriter(format)(&buf, r); err != nil {
			return err
		}
		if file == "-" {
			if _, err := env.stdout.Write(buf.Bytes()); err != nil {
				return fmt.Errorf("writing the report: %w", err)
			}
			continue
		}
		if err := os.WriteFile(file, buf.Bytes(), 0o644); err != nil {
			return fmt.Errorf("writing the report: %w", err)
		}
	}
	if f.output != "" && f.output != "-" {
		return nil
	}
	return checkWriter(f.format)(env.stdout, r)
}
