package tui_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"github.com/stagedive/stagedive/internal/goldens"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/tui"
	"github.com/stagedive/stagedive/tui/tuitest"
)

// judged is the shop with what is wrong with its Dockerfile.
func judged(t *testing.T, change func(*tui.Config)) *tuitest.Driver {
	t.Helper()
	im, found := tuitest.ShopImage()
	cfg := tui.Config{
		Graph: tuitest.Shop(), Target: -1, Platform: "linux/amd64", Engine: "embedded 0.33.1",
		Linter: tuitest.Linter(tuitest.ShopFindings()), Rules: tuitest.ShopRules,
		Inspector: tuitest.Inspector{Image: im, Findings: found},
	}
	if change != nil {
		change(&cfg)
	}
	return tuitest.New(t, cfg).Settle()
}

func TestFindingsFrames(t *testing.T) {
	built := func(d *tuitest.Driver) *tuitest.Driver {
		d.Press("b").Play(tuitest.ShopBuilt().Events())
		d.Until("the image", func() bool { return d.App.Image() != nil })
		return d.UntilSee("4 leaks ▲4").Advance(time.Hour).Press("4")
	}
	for _, s := range []scene{
		{"findings-source", func(d *tuitest.Driver) { d.Press("v", "]", "]") }},
		{"findings-before", func(d *tuitest.Driver) { d.Press("4", "j") }},
		{"findings-page", func(d *tuitest.Driver) { d.Press("4", "p") }},
		{"findings-after", func(d *tuitest.Driver) { built(d).Press("j") }},
		{"findings-accepted", func(d *tuitest.Driver) { built(d).Press("G") }},
		{"findings-kinds", func(d *tuitest.Driver) { built(d).Press("o") }},
		{"findings-lines", func(d *tuitest.Driver) { built(d).Press("o", "o") }},
	} {
		for _, size := range sizes() {
			name := fmt.Sprintf("%s-%dx%d.txt", s.name, size[0], size[1])
			t.Run(name, func(t *testing.T) {
				d := judged(t, nil).Size(size[0], size[1])
				s.play(d)
				goldens.Check(t, filepath.Join("testdata", name), d.Screen()+"\n")
			})
		}
	}
}

func TestFindingsColours(t *testing.T) {
	for name, change := range map[string]func(*tui.Config){
		"true":       func(c *tui.Config) { c.Profile = colorprofile.TrueColor },
		"true-light": func(c *tui.Config) { c.Profile, c.Light = colorprofile.TrueColor, true },
		"mono-ascii": func(c *tui.Config) { c.Profile, c.ASCII = colorprofile.ASCII, true },
	} {
		for _, screen := range []string{"source", "list"} {
			t.Run(screen+"-"+name, func(t *testing.T) {
				d := judged(t, change).Size(80, 24).Press("v", "]")
				if screen == "list" {
					d.Press("4")
				}
				goldens.Check(t, filepath.Join("testdata", "findings-"+screen+"-"+name+".ansi"), strings.ReplaceAll(d.Frame(), "\x1b", "␛")+"\n")
			})
		}
	}
}

// What the linter says stands on the lines before any build, and is counted.
func TestFindingsBeforeABuild(t *testing.T) {
	d := judged(t, nil).Size(120, 40)
	d.See("4 leaks ▲3").See("No .dockerignore").SeeNot("nginx:alpine names no version")
	d.Press("4").See("in the Dockerfile").See("accepted").See("not built yet")
	d.Press("/").Type("sources").Press("enter").See("1 of 4").Press("esc")
}

func TestFromAFindingToItsLineAndBack(t *testing.T) {
	d := judged(t, nil).Size(120, 40).Press("4", "enter").See("Dockerfile")
	if line := d.App.SourceLine(); line != 27 {
		t.Errorf("enter goes to line %d", line)
	}
	for _, want := range []int{12, 18, 27, 12} {
		d.Press("]")
		if line := d.App.SourceLine(); line != want {
			t.Errorf("] goes to line %d, want %d", line, want)
		}
	}
	d.Press("[")
	if line := d.App.SourceLine(); line != 27 {
		t.Errorf("[ goes to line %d", line)
	}
}

func TestTheFixIsCopied(t *testing.T) {
	d := judged(t, nil).Press("4", "y")
	for _, want := range []string{"COPY --from=builder /app/node_modules/.prod ./node_modules", "Write a file .dockerignore:\n**/node_modules\n.git"} {
		d.Until("the fix on the clipboard", func() bool { return d.Clipboard() == want })
		d.Press("j", "y")
	}
}

func TestThePageOfARule(t *testing.T) {
	d := judged(t, nil).Size(100, 30).Press("4", "p")
	d.See("Why").See("What counts").See("# stagedive: allow=SD-B003")
	d.Press("esc").SeeNot("What counts").See("in the Dockerfile")
}

// BuildKit's linter says the same three times: when the file is read, when it is judged,
// and at the end of the build. It is shown once.
func TestWarningsAreShownOnce(t *testing.T) {
	d := judged(t, func(c *tui.Config) {
		c.Graph.Problems = []model.Problem{{Level: model.LevelWarning, Line: 30, EndLine: 30, Stage: 3, Message: "ExposeInvalidFormat: no", Rule: "ExposeInvalidFormat"}}
		c.Linter = tuitest.Linter{{Rule: "BK-ExposeInvalidFormat", Title: "no such format", Category: finding.Build, Severity: finding.Low, Layer: -1, Stage: 3, Line: 30, Evidence: []string{"x"}}}
	}).Size(120, 60)
	d.See("no such format").SeeNot("ExposeInvalidFormat: no").SeeNot("problem")
}

// late answers only for the shop's tests.
type late struct{ cancelled chan bool }

func (l late) Lint(ctx context.Context, target int) ([]finding.Finding, error) {
	if target == tuitest.ShopTest {
		return tuitest.ShopFindings()[:1], nil
	}
	<-ctx.Done()
	close(l.cancelled)
	return tuitest.ShopFindings(), nil
}

// The question about the target before is given up, and its late answer dropped.
func TestAnotherTargetAsksAgain(t *testing.T) {
	l := late{make(chan bool)}
	d := tuitest.New(t, tui.Config{Graph: tuitest.Shop(), Target: -1, Linter: l}).Size(120, 40)
	d.Press("t").Type("test").Press("enter").UntilSee("4 leaks ▲1")
	d.Until("the first question to be given up", func() bool {
		select {
		case <-l.cancelled:
			return true
		default:
			return false
		}
	})
	d.Settle().See("4 leaks ▲1")
}

// gated answers each question when it is let to.
type gated struct{ answers chan []finding.Finding }

func (g gated) Lint(ctx context.Context, _ int) ([]finding.Finding, error) {
	select {
	case found := <-g.answers:
		return found, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// While the linter is asked about a file that was read again, what it said of the same text
// stays; what it said of another text does not.
func TestFindingsStayWhileTheSameTextIsJudged(t *testing.T) {
	l := gated{make(chan []finding.Finding, 1)}
	b := tuitest.NewBuilder()
	b.Graph = tuitest.Shop()
	d := tuitest.New(t, tui.Config{Graph: tuitest.Shop(), Target: -1, Builder: b, Linter: l, Rules: tuitest.ShopRules}).Size(120, 40)
	l.answers <- tuitest.ShopFindings()
	d.UntilSee("4 leaks ▲3")

	d.Press("r").UntilSee("read shop/Dockerfile again").See("4 leaks ▲3")
	d.Press("4").See("No .dockerignore").Press("esc", "1")
	l.answers <- tuitest.ShopFindings()[:1]
	d.UntilSee("4 leaks ▲1")

	b.Graph = tuitest.Shop()
	b.Graph.Lines = append([]string{"# one more"}, b.Graph.Lines...)
	d.Press("r").Until("the other text's findings to go", func() bool { return !strings.Contains(d.Screen(), "4 leaks ▲") })
	l.answers <- tuitest.ShopFindings()
	d.UntilSee("4 leaks ▲3")
}

// At every size the findings leave a frame as high and as wide as the screen.
func TestFindingsAtEverySize(t *testing.T) {
	d := judged(t, nil)
	for _, size := range [][2]int{{1, 1}, {5, 3}, {20, 8}, {33, 11}, {38, 14}, {60, 15}, {79, 23}, {109, 16}, {110, 17}, {150, 50}, {220, 60}} {
		d.Size(size[0], size[1])
		for _, k := range []string{"v", "]", "]", "[", "4", "j", "o", "p", "j", "esc", "s", "s", "G", "esc", "o", "o", "/", "x", "enter", "esc", "1"} {
			d.Press(k)
			lines := strings.Split(d.Frame(), "\n")
			if len(lines) != size[1] {
				t.Fatalf("after %q at %v: %d lines", k, size, len(lines))
			}
			for _, l := range lines {
				if w := ansi.StringWidthWc(l); w > size[0] {
					t.Fatalf("after %q at %v a line is %d wide: %q", k, size, w, l)
				}
			}
		}
	}
}
