// Package timingtest gives tests the real builds that testdata of the analysis
// keeps, as events.
package timingtest

import (
	"bufio"
	"encoding/json"
	"os"
	"testing"

	"github.com/stagedive/stagedive/model/build"
)

// Recorded is the build whose events a file holds, one a line, as far as the
// event that until tells; nil takes all of it.
func Recorded(t testing.TB, path string, until func(build.Event) bool) *build.Build {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b := build.New()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var e build.Event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			t.Fatal(err)
		}
		b.Apply(e)
		if until != nil && until(e) {
			break
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return b
}
