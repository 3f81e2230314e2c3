package errorline

import (
	"os"
	"strings"
	"testing"
)

// outputs are the sections of testdata/outputs.txt.
func outputs(t testing.TB) map[string][]string {
	t.Helper()
	text, err := os.ReadFile("testdata/outputs.txt")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]string{}
	name := ""
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(line, "\n")
		if n, ok := strings.CutPrefix(line, "-- "); ok && strings.HasSuffix(n, " --") {
			name = strings.TrimSuffix(n, " --")
			continue
		}
		if name != "" {
			out[name] = append(out[name], line)
		}
	}
	return out
}

const arrow = "→"

func TestFirstOfRealOutputs(t *testing.T) {
	for name, lines := range outputs(t) {
		t.Run(name, func(t *testing.T) {
			want := -1
			for i, l := range lines {
				if rest, ok := strings.CutPrefix(l, arrow); ok {
					want, lines[i] = i, rest
				}
			}
			got, ok := First(len(lines), func(i int) string { return lines[i] })
			switch {
			case !ok && want >= 0:
				t.Errorf("nothing is found, want %q", lines[want])
			case ok && want < 0:
				t.Errorf("found %q, want nothing", lines[got])
			case ok && got != want:
				t.Errorf("found %q, want %q", lines[got], lines[want])
			}
		})
	}
}

func FuzzJudge(f *testing.F) {
	for _, lines := range outputs(f) {
		for _, l := range lines {
			f.Add(l)
		}
	}
	f.Fuzz(func(t *testing.T, line string) {
		if got := Judge(line); got > Sure || Judge("  "+line+" ") != got {
			t.Errorf("%q is judged %d, with blanks around it %d", line, got, Judge("  "+line+" "))
		}
	})
}

func BenchmarkJudge(b *testing.B) {
	for name, line := range map[string]string{
		"ordinary":   "  CC       drivers/net/ethernet/intel/ixgbe/ixgbe_main.o",
		"a word":     "  CC       lib/error.o",
		"a long one": strings.Repeat("an ordinary line, failing at nothing ", 10),
		"an error":   "src/server.ts(12,7): error TS2304: Cannot find name 'prot'.",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Judge(line)
			}
		})
	}
}
