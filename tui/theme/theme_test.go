package theme

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"github.com/stagedive/stagedive/model/build"
)

func profiles() []colorprofile.Profile {
	return []colorprofile.Profile{colorprofile.NoTTY, colorprofile.ASCII, colorprofile.ANSI, colorprofile.ANSI256, colorprofile.TrueColor}
}

func TestRenderKeepsText(t *testing.T) {
	for _, p := range profiles() {
		for _, light := range []bool{false, true} {
			th := New(Options{Profile: p, Light: light})
			for r := range roleCount {
				if got := ansi.Strip(th.Render(r, "naïve")); got != "naïve" {
					t.Errorf("%v light=%v role %d: text became %q", p, light, r, got)
				}
			}
		}
	}
}

func TestMonoHasNoColour(t *testing.T) {
	th := New(Options{Profile: colorprofile.ASCII})
	for r := range roleCount {
		s := th.Render(r, "x")
		for _, colour := range []string{"[3", ";3", "[4;", ";4", "[9", ";9"} {
			if strings.Contains(s, colour) && !strings.Contains(s, "[4m") {
				t.Errorf("role %d has a colour without colours: %q", r, s)
			}
		}
	}
}

// In each theme the states must differ at least by glyph, and with colours the
// ones that matter by look too.
func TestStatesDiffer(t *testing.T) {
	states := []build.State{build.Waiting, build.Skipped, build.Cached, build.Done, build.Running, build.Cancelled, build.Failed}
	for _, ascii := range []bool{false, true} {
		seen := map[string]build.State{}
		g := New(Options{ASCII: ascii}).Glyphs
		for _, s := range states {
			if other, dup := seen[g.State(s)]; dup {
				t.Errorf("ascii=%v: %s and %s share the glyph %q", ascii, s, other, g.State(s))
			}
			seen[g.State(s)] = s
		}
	}
	for _, p := range []colorprofile.Profile{colorprofile.ANSI, colorprofile.ANSI256, colorprofile.TrueColor} {
		th := New(Options{Profile: p})
		seen := map[string]bool{}
		for _, s := range []build.State{build.Waiting, build.Cached, build.Done, build.Running, build.Cancelled, build.Failed} {
			seen[th.Render(StateRole(s), "x")] = true
		}
		if len(seen) != 6 {
			t.Errorf("%v: %d looks for 6 states", p, len(seen))
		}
	}
}

func TestGlyphsAreOneCell(t *testing.T) {
	for _, g := range []Glyphs{UnicodeGlyphs(), ASCIIGlyphs()} {
		check := func(name, s string) {
			if ansi.StringWidth(s) != 1 || ansi.StringWidthWc(s) != 1 {
				t.Errorf("%s %q is not one cell wide", name, s)
			}
		}
		for _, v := range []reflect.Value{reflect.ValueOf(g), reflect.ValueOf(g.Frame)} {
			for i := range v.NumField() {
				if v.Field(i).Kind() == reflect.String {
					check(v.Type().Field(i).Name, v.Field(i).String())
				}
			}
		}
		for i := range 8 {
			check("spinner", g.Spinner(time.UnixMilli(int64(i)*SpinnerPeriod.Milliseconds())))
		}
	}
}

func TestOverGoesOnAfterAReset(t *testing.T) {
	th := New(Options{Profile: colorprofile.TrueColor})
	row := th.Render(Done, "a") + " b"
	got := th.Over(Selected, row)
	bg := th.Style(Selected).open
	if n := strings.Count(got, bg); n != 2 {
		t.Errorf("the background is set %d times, want 2 (start, after the reset): %q", n, got)
	}
	if ansi.Strip(got) != "a b" {
		t.Errorf("text became %q", ansi.Strip(got))
	}
}
