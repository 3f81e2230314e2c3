package token

import (
	"math/rand/v2"
	"regexp/syntax"
	"strings"
	"testing"
)

// generate makes a text that an expression matches, with its words in the letters that call for it. Open repetitions end soon after what
// they need.
func generate(t *testing.T, rng *rand.Rand, expression string, words []string) string {
	t.Helper()
	re, err := syntax.Parse(expression, syntax.Perl)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	write(&b, rng, re, words)
	return b.String()
}

func write(b *strings.Builder, rng *rand.Rand, re *syntax.Regexp, words []string) {
	repeat := func(from, to int) {
		if to < 0 || to > from+24 {
			to = from + 24
		}
		for range from + rng.IntN(to-from+1) {
			write(b, rng, re.Sub[0], words)
		}
	}
	switch re.Op {
	case syntax.OpLiteral:
		text := string(re.Rune)
		if re.Flags&syntax.FoldCase != 0 && rng.IntN(2) == 0 {
			text = strings.ToLower(text)
		}
		for _, w := range words {
			if re.Flags&syntax.FoldCase != 0 && strings.EqualFold(w, text) {
				text = w
			}
		}
		b.WriteString(text)
	case syntax.OpCharClass:
		for { // some class among those that can be typed
			pair := 2 * rng.IntN(len(re.Rune)/2)
			lo, hi := re.Rune[pair], re.Rune[pair+1]
			r := lo + rng.Int32N(hi-lo+1)
			if r > ' ' && r < 0x7f || len(re.Rune) == 2 && hi <= ' ' || re.Rune[len(re.Rune)-1] <= ' ' {
				b.WriteRune(r)
				return
			}
		}
	case syntax.OpAnyCharNotNL, syntax.OpAnyChar:
		b.WriteByte('.') // which is what most mean
	case syntax.OpCapture:
		write(b, rng, re.Sub[0], words)
	case syntax.OpConcat:
		for _, s := range re.Sub {
			write(b, rng, s, words)
		}
	case syntax.OpAlternate:
		write(b, rng, re.Sub[rng.IntN(len(re.Sub))], words)
	case syntax.OpStar:
		repeat(0, 3)
	case syntax.OpPlus:
		repeat(1, -1)
	case syntax.OpQuest:
		repeat(0, 1)
	case syntax.OpRepeat:
		repeat(re.Min, re.Max)
	}
}
