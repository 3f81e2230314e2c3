package policyfile_test

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/stagedive/stagedive/inspect/policyfile"
	"github.com/stagedive/stagedive/internal/goldens"
	"github.com/stagedive/stagedive/model/probe"
)

func TestProbes(t *testing.T) {
	all, err := policyfile.Load("testdata/full.yaml", "p.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range all.Probes {
		code, status := -1, -1
		if p.Expect.Exit != nil {
			code = *p.Expect.Exit
		}
		if p.Expect.Status != nil {
			status = *p.Expect.Status
		}
		got = append(got, fmt.Sprintf("%d %s: %s %q %s %d %s, expects %d %v %v %d %v, same %v, ignores %v, %v %q %q %q %q %q", p.Line, p.Name, p.Start, p.Args, p.Ask, p.Port, p.Path,
			code, p.Expect.Stdout, p.Expect.Stderr, status, p.Expect.Body, p.Compared(), p.Ignore, p.Limit(), p.Env, p.Dir, p.User, p.Stdin, p.Only))
	}
	const none = `30s [] "" "" "" []`
	want := []string{
		`44 app --version 'of it': command ["app" "--version" "of it"] end 0 , expects -1 [] [] -1 [], same [exit stdout], ignores [], ` + none,
		`45 list: command ["sh" "-c" "app list | sort"] end 0 , expects 0 [(?m)^\d+ entries$ (?m)all] [(?m)warning] -1 [], same [stdout stderr], ignores [(?m)\d\d:\d\d], 1m30s ["LANG=C" "DEPTH=3"] "/srv" "1000" "a\nb" ["test" "runtime"]`,
		`58 GET :8080/healthz?full=1 of ENTRYPOINT --memory: entrypoint ["--memory"] http 8080 /healthz?full=1, expects -1 [] [] 200 [(?m)ok], same [], ignores [], ` + none,
		`62 db: itself [] tcp 5432 , expects -1 [] [] -1 [], same [], ignores [], ` + none,
		`63 any: itself [] tcp 0 , expects -1 [] [] -1 [], same [], ignores [], ` + none,
		`64 started: itself [] end 0 , expects -1 [] [] -1 [], same [exit stdout], ignores [], ` + none,
		`65 HEALTHCHECK: itself [] healthcheck 0 , expects -1 [] [] -1 [], same [exit], ignores [], ` + none,
	}
	if !slices.Equal(got, want) {
		t.Errorf("read\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	// What a target says goes before what is said for all.
	of := all.For("stage-2").Probes
	if len(of) != len(want) || of[1].Name != "list" || of[1].Ask != probe.End || !slices.Equal(of[1].Args, []string{"app", "list"}) || of[1].Line != 42 {
		t.Errorf("%+v", of)
	}
	if !all.HasProbes() || all.For("test").Probes[1].Limit() != 90*time.Second {
		t.Error("those for all are not those of a target that says nothing")
	}
}

// Where http may point, and how commands are parted.
func TestProbesForms(t *testing.T) {
	for _, c := range []struct{ text, what string }{
		{"http: 80", "GET :80/"},
		{"http: :80/a", "GET :80/a"},
		{"http: /a/b", "GET /a/b"},
		{"http: http://localhost:81/x", "GET :81/x"},
		{"http: http://127.0.0.1", "GET :80/"},
		{`run: "a  'b c' \"d \\\\ e\" f\\ g ''"`, `a 'b c' 'd \ e' 'f g' ''`},
		{`run: a 'b|c' "d;e"`, `a 'b|c' 'd;e'`},
		{"args: []", "ENTRYPOINT"},
		{"args: ''", "ENTRYPOINT"},
	} {
		p, err := policyfile.Parse("p.yaml", []byte("probes: [{"+c.text+"}]"))
		if err != nil {
			p, err = policyfile.Parse("p.yaml", []byte("probes:\n- "+c.text+"\n"))
		}
		if err != nil || p.Probes[0].What() != c.what {
			t.Errorf("%s: %+v, %v", c.text, p.Probes, err)
		}
	}
}

// All that is wrong with probes is told at once, with lines and what to write.
func TestProbesProblems(t *testing.T) {
	const path = "testdata/probes.txtar"
	ar, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = policyfile.Parse("p.yaml", ar.Files[0].Data)
	var wrong *policyfile.Error
	if !errors.As(err, &wrong) {
		t.Fatalf("%v", err)
	}
	ar.Files[1].Data = []byte(err.Error() + "\n")
	goldens.Check(t, path, string(txtar.Format(ar)))
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
}
