// Package errorline judges whether a line of a tool's output tells an error. A
// failed step prints thousands of lines; people want the first that says why, and
// what compilers, package managers, test runners and shells write has few forms.
package errorline

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Likelihood is how sure a judgement is.
type Likelihood uint8

// The likelihoods.
const (
	No    Likelihood = iota
	Maybe            // has a word that errors have
	Sure             // has the form in which a known tool tells an error
)

// Judge says how likely a line tells an error. The line has no control sequences.
func Judge(line string) Likelihood {
	line = strings.TrimSpace(line)
	if len(line) > most {
		line = line[:most]
	}
	lower := strings.ToLower(line)
	if !hasAny(lower, words) {
		return No
	}
	f := compiled()
	switch {
	case f.harmless.match(line):
		return No
	case f.sure.match(line):
		return Sure
	case f.maybe.match(lower) && !f.count.match(lower):
		return Maybe
	}
	return No
}

// most is how much of a line is looked at: what a tool says of itself stands at
// its beginning, and a megabyte of minified source is no message.
const most = 400

// First is the index of the first of n lines that surely tells an error; if there
// is none, of the first that may.
func First(n int, line func(i int) string) (i int, ok bool) {
	maybe := -1
	for i := range n {
		switch l := Judge(line(i)); {
		case l == Sure:
			return i, true
		case l == Maybe && maybe < 0:
			maybe = i
		}
	}
	return max(maybe, 0), maybe >= 0
}

func hasAny(s string, words []string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// words are parts of words of which every line that is more than No has one, in
// small letters. Looking for them is what most lines cost.
var words = []string{
	"err", "fail", "fatal", "panic", "exception", "not found", "no such", "denied", "can't", "cannot", "could not",
	"couldn't", "undefined", "traceback", "abort", "killed", "segmentation", "unable", "not ok", "***", "✗", "✕", "×", "✖", "e: ",
	"e   ", "caused by", "refused", "unresolved", "critical", "level=", ".go:", "missing", "invalid", "not set", "usage:", "terminated",
}

// forms are the expressions, compiled when the first line has a word.
type forms struct{ harmless, sure, maybe, count expressions }

// expressions are tried one by one: joined to a single one they would be too long
// for the faster of regexp's ways.
type expressions []*regexp.Regexp

// match says whether one of them matches.
func (e expressions) match(s string) bool {
	return slices.ContainsFunc(e, func(r *regexp.Regexp) bool { return r.MatchString(s) })
}

var compiled = sync.OnceValue(func() forms {
	join := func(parts ...string) (out expressions) {
		for _, p := range parts {
			out = append(out, regexp.MustCompile(p))
		}
		return out
	}
	return forms{
		// harmless are lines that speak of errors without telling one: warnings,
		// progress, what a shell with -x is about to run.
		harmless: join(
			`^(?i:\[?(warn|warning|note|info|debug|notice|deprecated|help|hint|trace)\b)`,
			`^(npm|yarn|pnpm) (warn|notice|http|info|verb)\b`, `^(gyp|npm) (info|verb)\b`,
			`^[^\s:]+(:\d+)+:? (warning|note|remark)\b`, `^[^\s(]+\(\d+,\d+\): (warning|note)\b`, `: warning( [A-Z]+\d+)?: `,
			`^\++ `, `^(?i:(compil|download|install|unpack|updat|fetch|cop|generat|creat|extract|inflat|remov|process|build|link|render)(y?ing|ied|ed)\b)`,
			`^(Setting up|Selecting|Preparing to unpack|Get:\d+|Collecting|Adding|Requirement already|Using cached|checking |-- |\[\s*\d+%\] |\(\d+/\d+\) )`,
			`^(ok|PASS|=== RUN|--- PASS|=== PAUSE|=== CONT)\b`, `^[✓√✔] `,
		),
		sure: join(
			// compilers: a place, then what
			`^[^\s:(]+[:(]\d+([:,.]\d+)*\)?\s*:?\s*(- )?(fatal |internal )?(error|ERROR|Error)\b`,
			`^(vet: )?[^\s:]+\.go:\d+:\d+: `, `^go: .*(cannot|no required|not found|unknown|invalid|updates to go)`,
			`^(fatal |internal compiler )?(error|ERROR|Error)(\[\w+\]| [A-Z]+\d+)?: `, `: (fatal )?error( [A-Z]+\d+)?: `,
			`undefined reference to `, `\bld(\.\w+)?: cannot find `, `^ld(\.\w+)?: .*(undefined symbol|library not found)`,
			`^e: (file:|/|warnings found)`, `^CMake Error`, `^configure: error`, `^[^\s:]+:\d+: \*\*\* `, `^(g|re|n)?make(\[\d+\])?: \*\*\* `, `^ninja: (error|build stopped)`,
			`^thread '.*' (\(\d+\) )?panicked at `, `^(panic|fatal error|runtime error): `,
			// languages: an exception by its name
			`^Traceback \(most recent call last\)`, `^(Uncaught |Unhandled |Exception in thread "[^"]*" |Caused by: )?([A-Za-z_]\w*[.:]+)*[A-Z]\w*(Error|Exception|Failure)\b(: | \[|$)`,
			`^Exception in thread `, `^Caused by: `, `^Uncaught `, `^[Uu]nhandled [Ee]xception`, `\((Load|Name|Syntax|Argument|Runtime|Type|NoMethod)Error\)$`,
			`^PHP (Parse|Fatal) error`, `^Can't locate \S+ in @INC`, `^BEGIN failed--`, `^\*\* \(\w+Error\)`,
			// package managers
			`^npm (error|ERR!)`, `^(gyp|yarn|pnpm) ERR!`, `^\s*ERR_PNPM_`, `^error (An unexpected|Couldn't|Command failed|Command ".*" not found|Your lockfile)`, `^➤ YN\d+: .*(error|Error|fail)`,
			`^E: `, `^ERROR: `, `^ERROR:\s+\S`, `^ERROR in `, `^Err:\d+ `, `^dpkg: error`, `^\[ERROR\] `, `^FAILURE: `, `^Error: `, `^Error `,
			// tests
			`^--- FAIL: `, `^FAIL(ED)?[:\s]+\S*\w`, `^FAIL$`, `^E   `, `^not ok \d+`, `^[✗✕×✖] `, `^● .* › `, `^test \S+ \.\.\. FAILED`, `^FAILED \(`, `^\d+\) .*(Error|FAIL)`, `^AssertionError`, `^assertion .*failed`,
			// shells and the tools that they call
			`^(/\S*/)?(\w*sh|env|exec|sudo): .*(not found|[Nn]o such file|denied|not executable|cannot|can't|not set|unbound|rror)`, `: (command not found|not found|Exec format error|Permission denied)$`,
			`^[\w./+-]+: .*(: No such file or directory|[Cc]annot |can't |Can't |Connection refused|Operation not permitted|Not a directory|Is a directory|No space left|No such)`,
			`^(fatal|FATAL|Fatal)(: | error)`, `^curl: \(\d+\)`, `^wget: `, `^tar: (Error|.*Cannot)`, `(?i:segmentation fault)`, `^Killed$`, `^(Aborted|Bus error)\b`, `exec format error`,
			// logs with levels
			`\blevel=(error|fatal|panic)\b`, `"level":"(error|fatal)"`, `(^|[\s\[|])(ERROR|FATAL|CRITICAL)(\]|\||\s+[^=]|: )`,
		),
		// maybe has words that stand by themselves: error-handling.ts and -Werror are
		// names. In small letters.
		maybe: join(
			`(^|[^\w./-])(errors?|fail(ed|s|ure|ures)?|fatal|exceptions?|abort(ed|ing)?|panicked|killed|critical)($|[^\w./=-]|\.($|\s)|[-./]($|\s))`,
			`\b(not found|no such|permission denied|access denied|cannot|can't|could not|couldn't|unable to|connection refused|unresolved|undefined|invalid|terminated|missing)\b`,
		),
		// count says that there were none.
		count: join(`\b(0|no|without|zero|ignor\w+|suppress\w+|any) (\w+ )?(errors?|fail\w*|exceptions?)\b`, `\b(errors?|fail\w*)\b\s*[:=]?\s*0\b`),
	}
})
