package accuracy_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stagedive/stagedive/internal/accuracy"
	"github.com/stagedive/stagedive/internal/goldens"
)

const corpus = "../../inspect/leak/testdata/leaks"

var table = flag.Bool("table", false, "print how many leaks are found, and what is judged wrongly")

// The least that is good enough, per family and in all.
const (
	leastRecall    = 0.98
	leastPrecision = 0.97
	leastLabels    = 120 // of leaks, and of look-alikes
	leastOfFamily  = 12
)

func TestAccuracy(t *testing.T) {
	cases, err := accuracy.Read(corpus)
	if err != nil {
		t.Fatal(err)
	}
	bases := slices.DeleteFunc(slices.Clone(cases), func(c *accuracy.Case) bool { return c.Images == nil })
	var all accuracy.Outcome
	var lock sync.Mutex
	t.Run("case", func(t *testing.T) {
		for _, c := range cases {
			t.Run(c.Name, func(t *testing.T) {
				t.Parallel()
				o, err := c.Judge(t.Context(), t.TempDir(), bases)
				if err != nil {
					t.Fatal(err)
				}
				for _, s := range o.Shown {
					t.Errorf("a secret of %d characters is shown", len(s))
				}
				t.Log("\n" + strings.Join(o.Said, "\n"))
				lock.Lock()
				defer lock.Unlock()
				all.Add(o)
			})
		}
	})
	slices.Sort(all.Wrong)
	t.Log("\n" + all.Table() + strings.Join(all.Wrong, "\n"))
	if *table {
		fmt.Println(all.Table() + strings.Join(all.Wrong, "\n"))
	}
	compare(t, corpus+"/known.txt", all.Wrong)
	check(t, &all)
}

// compare holds what was judged wrongly against what is known to be. The list may only
// become shorter; -update takes out of it what is right by now.
func compare(t *testing.T, name string, wrong []string) {
	known, err := accuracy.Known(name)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range wrong {
		if !slices.Contains(known, line) {
			t.Errorf("new: %s", line)
		}
	}
	if goldens.Updating() {
		known = slices.DeleteFunc(known, func(line string) bool { return !slices.Contains(wrong, line) })
		if err := os.WriteFile(name, []byte(strings.Join(append(known, ""), "\n")), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, line := range known {
		if !slices.Contains(wrong, line) {
			t.Errorf("known, yet judged rightly: take it out of %s (go test ./internal/accuracy -update): %s", name, line)
		}
	}
}

// check holds the sums against the least that is good enough.
func check(t *testing.T, all *accuracy.Outcome) {
	sum := all.All()
	if sum.Leaks < leastLabels || sum.Clean < leastLabels {
		t.Errorf("the corpus has %d leaks and %d look-alikes, want %d of each", sum.Leaks, sum.Clean, leastLabels)
	}
	hold := func(name string, s accuracy.Score) {
		if s.Leaks < leastOfFamily || s.Clean < leastOfFamily {
			t.Errorf("%s has %d leaks and %d look-alikes, want %d of each", name, s.Leaks, s.Clean, leastOfFamily)
		}
		if s.Recall() < leastRecall || s.Precision() < leastPrecision {
			t.Errorf("%s: recall %.3f and precision %.3f, want %.2f and %.2f", name, s.Recall(), s.Precision(), leastRecall, leastPrecision)
		}
	}
	hold("all", sum)
	for _, family := range accuracy.Families() {
		if s := all.Scores[family]; s != nil {
			hold(family, *s)
		} else {
			t.Errorf("no case has %s", family)
		}
	}
}
