// Package errorline judges whether a line of a tool's output tells an error. A
// failed step prints thousands of lines; people want the first that says why, and
// what compilers, package managers, test runners and shells write has few forms.
package errorline

import (
	"regexp"
	"regexp/syntax"
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
	case f.harmless.match(line, lower):
		return No
	case f.sure.match(line, lower), hasAny(line, levels) && f.level.match(line, lower):
		return Sure
	case (hasAny(lower, phrases) && f.phrase.match(lower, lower) || f.word.match(lower, lower)) &&
		!(hasAny(lower, none) && f.count.match(lower, lower)):
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

// What must be in a line before the slowest of the expressions are tried.
var (
	levels  = []string{"ERROR", "FATAL", "CRITICAL"}
	phrases = []string{
		"not found", "no such", "denied", "cannot", "can't", "could not", "couldn't", "unable to",
		"refused", "unresolved", "undefined", "invalid", "terminated", "missing",
	}
	none = []string{"0", "no ", "without", "zero", "ignor", "suppress", "any "}
)

// forms are the expressions, compiled when the first line has a word.
type forms struct{ harmless, sure, level, word, phrase, count expressions }

// expressions are tried one by one: joined to a single one they would be too long
// for the faster of regexp's ways.
type expressions []expression

// expression is one with a text that what it matches must have, in small letters:
// looking for that is cheap.
type expression struct {
	*regexp.Regexp
	must string
}

// match says whether one of them matches s, of which lower is s in small letters.
func (e expressions) match(s, lower string) bool {
	return slices.ContainsFunc(e, func(r expression) bool {
		return strings.Contains(lower, r.must) && r.MatchString(s)
	})
}

// must is the longest text that everything has that an expression matches; "" when
// there is none.
func must(re *syntax.Regexp) string {
	longest := ""
	switch re.Op {
	case syntax.OpLiteral:
		return strings.ToLower(string(re.Rune))
	case syntax.OpCapture, syntax.OpPlus:
		return must(re.Sub[0])
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			if m := must(sub); len(m) > len(longest) {
				longest = m
			}
		}
	}
	return longest
}

var compiled = sync.OnceValue(func() forms {
	join := func(parts ...string) (out expressions) {
		for _, p := range parts {
			re := regexp.MustCompile(p)
			tree, err := syntax.Parse(p, syntax.Perl)
			if err != nil {
				panic(err) // regexp has just read it
			}
			out = append(out, expression{re, must(tree)})
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
			`\blevel=(error|fatal|panic)\b`, `"level":"(error|fatal)"`,
		),
		level: join(`(^|[\s\[|])(ERROR|FATAL|CRITICAL)(\]|\||\s+[^=]|: )`),
		// word and phrase may tell an error, in small letters. The words stand by
		// themselves: error-handling.ts and -Werror are names.
		word: join(
			`(^|[^\w./-])(errors?|fail(ed|s|ure|ures)?|fatal|exceptions?|abort(ed|ing)?|panicked|killed|critical)($|[^\w./=-]|\.($|\s)|[-./]($|\s))`,
		),
		phrase: join(
			`\b(not found|no such|permission denied|access denied|cannot|can't|could not|couldn't|unable to|connection refused|unresolved|undefined|invalid|terminated|missing)\b`,
		),
		// count says that there were none.
		count: join(`\b(0|no|without|zero|ignor\w+|suppress\w+|any) (\w+ )?(errors?|fail\w*|exceptions?)\b`, `\b(errors?|fail\w*)\b\s*[:=]?\s*0\b`),
	}
})
