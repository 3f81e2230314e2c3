package buildgraph

import (
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/shell"
)

// env is a list of variables on top of another. It satisfies shell.EnvGetter.
type env struct {
	parent *env
	vars   map[string]string
	names  []string // in order of first setting
}

func newEnv(parent *env) *env { return &env{parent: parent} }

// maxValue bounds a variable's value. Nothing that a graph shows is longer, and
// values made of values double with every line.
const maxValue = 1 << 10

func (e *env) set(name, value string) {
	if len(value) > maxValue {
		value = strings.ToValidUTF8(value[:maxValue], "")
	}
	if e.vars == nil {
		e.vars = map[string]string{}
	}
	if _, ok := e.vars[name]; !ok {
		e.names = append(e.names, name)
	}
	e.vars[name] = value
}

// Get returns the value of a variable and whether it is set.
func (e *env) Get(name string) (string, bool) {
	for ; e != nil; e = e.parent {
		if v, ok := e.vars[name]; ok {
			return v, true
		}
	}
	return "", false
}

// Keys returns the names of the variables that are set.
func (e *env) Keys() []string {
	var keys []string
	seen := map[string]bool{}
	for ; e != nil; e = e.parent {
		for _, k := range slices.Backward(e.names) {
			if !seen[k] {
				seen[k] = true
				keys = append(keys, k)
			}
		}
	}
	slices.Reverse(keys)
	return keys
}

// expander expands words with an allowance, so that a hostile file cannot make
// a few lines into gigabytes.
type expander struct {
	lex  *shell.Lex
	left int // bytes that may still come out
}

const (
	maxExpanded = 16 << 20 // bytes that one file may expand to
	maxWord     = 16 << 10 // bytes of a word with variables; a longer one is left as it is
	maxReplaced = 64       // variables in a word that may replace all of a pattern
)

// tooMuch says whether a word is left as it is. ${A//x/$A} squares the length of
// a value, and the sum of many of them is only known when it is too late.
func (x *expander) tooMuch(word string) bool {
	n := strings.Count(word, "$")
	return n > 0 && (x.left <= 0 || len(word) > maxWord || n > maxReplaced && strings.Contains(word, "//"))
}

// word expands one word. missed is true when it names a variable that e does
// not have.
func (x *expander) word(word string, e *env) (res shell.ProcessWordResult, missed bool, err error) {
	return x.with(x.lex, word, e)
}

func (x *expander) with(lex *shell.Lex, word string, e *env) (res shell.ProcessWordResult, missed bool, err error) {
	if x.tooMuch(word) {
		return shell.ProcessWordResult{Result: word}, false, nil
	}
	res, err = lex.ProcessWordWithMatches(word, e)
	x.left -= len(res.Result)
	return res, len(res.Unmatched) > 0, err
}

// words expands a word that may become several.
func (x *expander) words(word string, e *env) (out []string, missed bool, err error) {
	if x.tooMuch(word) {
		return []string{word}, false, nil
	}
	w := watcher{env: e}
	out, err = x.lex.ProcessWords(word, &w)
	for _, s := range out {
		x.left -= len(s)
	}
	return out, w.missed, err
}

// watcher notes when a variable is asked for that is not there.
type watcher struct {
	*env
	missed bool
}

func (w *watcher) Get(name string) (string, bool) {
	v, ok := w.env.Get(name)
	w.missed = w.missed || !ok
	return v, ok
}
