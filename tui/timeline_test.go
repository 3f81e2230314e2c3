package tui_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/colorprofile"

	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/tui"
	"github.com/stagedive/stagedive/tui/tuitest"
)

func TestTimelineBeforeABuild(t *testing.T) {
	d := shop(t).Press("2").Focus("timeline").See("No build yet.", "Press b to build the target")
	d.Press("j", "enter", "+", "p", "o", "v").Focus("timeline")
	d.Press("b").Focus("timeline").Play(tuitest.ShopBuilding().Events()).SeeNot("No build yet.")
}

// A build as it runs: what has not begun has its row already, so that nothing
// jumps, and the scale does not move with every frame.
func TestTimelineOfARunningBuild(t *testing.T) {
	d := shop(t).Press("b").Play(tuitest.ShopBuilding().Events()).Press("2")
	d.See("critical path runtime", "the whole build", "15 RUN npm prune", "15s")
	rows := strings.Count(d.Screen(), "\n")
	axis := line(d, "0s ")
	d.Advance(700 * time.Millisecond)
	if got := line(d, "0s "); got != axis {
		t.Errorf("the axis moved from %q to %q", axis, got)
	}
	if strings.Count(d.Screen(), "\n") != rows {
		t.Error("rows came or went")
	}
	longer := line(d, "13 RUN npm run build")
	d.Advance(700 * time.Millisecond)
	if got := line(d, "13 RUN npm run build"); got == longer {
		t.Errorf("the bar of what runs stands still: %q", got)
	}
}

// line is the first line of the screen that has the text.
func line(d *tuitest.Driver, text string) string {
	for l := range strings.Lines(d.Screen()) {
		if strings.Contains(l, text) {
			return l
		}
	}
	return ""
}

func TestTimelineRows(t *testing.T) {
	d := shop(t).Press("b").Play(tuitest.ShopBuilt().Events()).Press("2")
	d.See("critical path deps → builder → runtime (96 %)", "without the work of deps: 1.5s less at most")
	d.Press("g", "j", "j", "j", "j").See("ran 12.4s", "64 % of the build", "deps line 8", "taking no time, it would save 1.50s at most", "after deps line 7, COPY package.json")
	d.Press("G").See("not on the critical path", "would save nothing")
	d.Press("g", "o").SeeNot("✓  8 RUN npm ci").See("▸ ✓ deps").Press("o").See("✓  8 RUN npm ci")
	d.Press("O").SeeNot("✓ 12 COPY . .").Press("O").See("✓ 12 COPY . .")
	d.Press("p").SeeNot("28 COPY --from=nginx").See("the critical path alone").Press("esc").See("28 COPY --from=nginx")
	d.Press("g", "j", "j", "j", "j", "v").Focus("Dockerfile").Step(8)
}

func TestTimelineLeadsToTheBuild(t *testing.T) {
	d := shop(t).Press("b").Play(tuitest.ShopBuilt().Events()).Press("2")
	d.Press("g", "j", "j", "j", "j", "enter").Focus("steps").Selected("deps").Step(8)
	d.Press("2").Focus("timeline").See("deps line 8").Press("1", "j").Step(8).Press("2")
	d.Press("1", "k").Step(7).Press("2").See("deps line 7").Press("g", "enter").Focus("graph").Selected("deps")
	d.Press("2", "esc").Focus("graph")
}

func TestTimelineZoom(t *testing.T) {
	d := shop(t).Press("b").Play(tuitest.ShopBuilt().Events()).Press("2", "G").SeeNot("▾1")
	d.Press("g", "j", "j", "j", "j", "l").See("▾0.1s").Press("l", "l").SeeNot("▾0.1s").See("▾0.")
	d.Press("+").SeeNot("the whole build").See(" of 19.3s").Press("+", "+")
	at := line(d, " of 19.3s")
	d.Press("L")
	if line(d, " of 19.3s") == at {
		t.Error("L does not pan")
	}
	d.Press("H")
	if got := line(d, " of 19.3s"); got != at {
		t.Errorf("H does not pan back: %q, want %q", got, at)
	}
	for range 40 {
		d.Press("+", "l")
	}
	d.See(" of 19.3s")
	d.Press("0").See("the whole build").Press("-").See("the whole build")
	d.Press("+", "esc").SeeNot("▾0", "▾1", "the whole build").Press("esc").See("the whole build").Focus("timeline")
}

func TestTimelineMouse(t *testing.T) {
	d := shop(t).Press("b").Play(tuitest.ShopBuilt().Events())
	d.ClickOn("2 timeline").Focus("timeline")
	d.ClickOn("13 RUN npm run build").See("builder line 13", "ran 4.10s")
	d.Click(80, 10).See("▾8.6s")
	d.Size(80, 24).Press("g")
	top := line(d, "5 FROM")
	d.Wheel(50, 12, 1)
	if line(d, "5 FROM") == top {
		t.Error("the wheel does not scroll the rows")
	}
	d.Wheel(60, 4, -1).SeeNot("the whole build") // on the axis
	d.Wheel(60, 4, 1).See("the whole build")
}

// The path is marked in the graph once the build has ended, and no longer when the
// next one begins.
func TestThePathInTheGraph(t *testing.T) {
	d := shop(t).Size(200, 60).Press("b").Play(tuitest.ShopBuilding().Events()).SeeNot("critical path:")
	d.Play([]build.Event{{Time: d.Clock.Now(), End: &build.End{Outcome: build.OutcomeCancelled}}})
	d.See("▌critical path: runtime").Press("b").SeeNot("critical path:")
	d.Play(tuitest.ShopBuilt().Events()).See("▌critical path: deps → builder → runtime (96 %)")
}

// The chart in colours, without, and in ASCII: the critical path is told by its
// glyphs too.
func TestTimelineColours(t *testing.T) {
	for _, c := range []struct {
		name     string
		options  tui.Config
		critical string
	}{
		{"true", tui.Config{Profile: colorprofile.TrueColor}, "████"},
		{"true-light", tui.Config{Profile: colorprofile.TrueColor, Light: true}, "████"},
		{"mono-ascii", tui.Config{Profile: colorprofile.ASCII, ASCII: true}, "####"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg := c.options
			cfg.Graph, cfg.Target, cfg.Engine = tuitest.Shop(), -1, "embedded 0.33.1"
			d := tuitest.New(t, cfg).Size(80, 24)
			d.Press("b").Play(tuitest.ShopBuilt().Events()).Press("2", "l", "l", "l", "l")
			golden(t, "colour-timeline-"+c.name+".ansi", strings.ReplaceAll(d.Frame(), "\x1b", "␛")+"\n")
			d.See(c.critical)
			if !c.options.ASCII {
				return
			}
			for _, r := range d.Screen() {
				if r > 0x7e {
					t.Fatalf("%q in an ASCII frame:\n%s", r, d.Screen())
				}
			}
		})
	}
}

// realBuild is what a real engine said, as model/timing keeps it.
func realBuild(t *testing.T, name string) []build.Event {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "model", "timing", "testdata", name+".jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []build.Event
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var e build.Event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			t.Fatal(err)
		}
		out = append(out, e)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// Real builds, watched in the timeline from their begin to their end: each frame
// has all stages in their order, and the end tells what the build was.
func TestTimelineOfRealBuilds(t *testing.T) {
	for name, want := range map[string][]string{
		"logbook":   {"✓ built 4.1s", "entries → index → check → site (89 %)", "exporting to oci image format", "waited 0.1s on the path"},
		"failed":    {"✗ failed 1.8s", "index → check (95 %)", "✗ 66 RUN for page in", "○ 87 COPY"},
		"cancelled": {"■ cancelled 8.1s", "■ words", "waited <0.1s on the path"},
		"slot":      {"✓ built 3.8s", "1 step at once at most", "waited 2.3s on the path", "waited 2.2s while 1 step ran", "┄┄┄┄┄┄┄┄▊████"},
		"link":      {"b → out (87 %)", "7 COPY --link --from=b /b /"},
		"platforms": {"a → out (81 %)", "3 RUN sleep 1 && echo $TARGETARCH"},
	} {
		t.Run(name, func(t *testing.T) {
			events := realBuild(t, name)
			g := events[0].Begin.Graph
			d := tuitest.New(t, tui.Config{Graph: g, Target: events[0].Begin.Targets[0], Engine: "embedded"}).Size(140, 60)
			d.Advance(events[0].Time.Sub(d.Clock.Now())).Press("2", "b")
			for at := 0; at < len(events); at += 7 {
				d.Play(events[at:min(at+7, len(events))])
				below := -1
				for _, i := range d.App.Build().Plan.Runs() {
					row := slices.IndexFunc(strings.Split(d.Screen(), "\n"), func(l string) bool {
						return regexp.MustCompile(`^│.[▾▸] \S ` + g.Stages[i].Name + ` `).MatchString(l)
					})
					if row <= below && d.App.Building() {
						t.Fatalf("after %d events stage %s is in line %d, the one before it in %d:\n%s", at, g.Stages[i].Name, row, below, d.Screen())
					}
					below = row
				}
			}
			d.Press("2").See(want...)
		})
	}
}
