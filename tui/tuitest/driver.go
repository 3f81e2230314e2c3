package tuitest

import (
	"reflect"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/tui"
)

// patience bounds every wait for a condition; only a hung test reaches it.
const patience = time.Minute

// Driver plays an App as Bubble Tea would: messages go to Update one by one, the
// commands it returns run beside it. All waits are for conditions.
type Driver struct {
	App   *tui.App
	Clock *Clock
	// Debugger is what the App was given, if it was New's.
	Debugger *Debugger

	t       testing.TB
	builder *Builder
	msgs    chan tea.Msg
	busy    int // commands whose message has not come
	run     *Run
	quit    bool
	clip    string
}

// New drives an App made of cfg. Clock, Frame and Builder are the driver's own
// unless cfg has a Builder.
func New(t testing.TB, cfg tui.Config) *Driver {
	t.Helper()
	clock, builder := NewClock(Epoch()), NewBuilder()
	cfg.Clock, cfg.Frame = clock, -1
	if cfg.Builder == nil && cfg.NoBuilder == "" {
		cfg.Builder = builder
	}
	debugger := &Debugger{}
	if cfg.Debugger == nil {
		cfg.Debugger = debugger
	}
	d := Drive(t, tui.New(cfg), clock, builder)
	d.Debugger = debugger
	return d
}

// Drive drives an App that was made with the clock and the builder.
func Drive(t testing.TB, app *tui.App, clock *Clock, builder *Builder) *Driver {
	t.Helper()
	d := &Driver{App: app, Clock: clock, t: t, builder: builder, msgs: make(chan tea.Msg, 1024)}
	d.do(d.App.Init())
	t.Cleanup(func() {
		if d.run != nil {
			d.finish()
		}
	})
	return d
}

// do runs a command and those that it is made of.
func (d *Driver) do(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	d.busy++
	go func() { d.msgs <- cmd() }()
}

// take handles one message.
func (d *Driver) take(msg tea.Msg) {
	d.busy--
	switch msg := msg.(type) {
	case nil:
	case tea.BatchMsg:
		for _, c := range msg {
			d.do(c)
		}
	case tea.QuitMsg:
		d.quit = true
	default:
		if v := reflect.ValueOf(msg); v.Kind() == reflect.String && strings.HasSuffix(v.Type().Name(), "lipboardMsg") {
			d.clip = v.String()
			return
		}
		d.send(msg)
	}
}

func (d *Driver) send(msg tea.Msg) {
	_, cmd := d.App.Update(msg)
	d.do(cmd)
}

// Until handles messages until the condition holds.
func (d *Driver) Until(what string, cond func() bool) *Driver {
	d.t.Helper()
	deadline := time.After(patience)
	for !cond() {
		select {
		case msg := <-d.msgs:
			d.take(msg)
		case <-deadline:
			d.t.Fatalf("waited in vain for %s; the screen:\n%s", what, d.Screen())
		}
	}
	return d
}

// Settle handles messages until no command runs any more.
func (d *Driver) Settle() *Driver {
	d.t.Helper()
	return d.Until("all commands to end", func() bool { return d.busy == 0 })
}

// UntilSee waits for text on the screen.
func (d *Driver) UntilSee(text string) *Driver {
	d.t.Helper()
	return d.Until("the text "+text, func() bool { return strings.Contains(d.Screen(), text) })
}

// Size resizes the screen.
func (d *Driver) Size(w, h int) *Driver {
	d.send(tea.WindowSizeMsg{Width: w, Height: h})
	return d
}

// Press presses keys, named as Bubble Tea names them ("b", "enter", "ctrl+c").
func (d *Driver) Press(keys ...string) *Driver {
	for _, k := range keys {
		d.send(keyMsg(k))
	}
	return d
}

// Type presses the keys of a text.
func (d *Driver) Type(text string) *Driver {
	for _, r := range text {
		d.send(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
	return d
}

// Click clicks at a cell, 0-based.
func (d *Driver) Click(x, y int) *Driver {
	d.send(tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft})
	return d
}

// ClickOn clicks on the first place where the screen shows text.
func (d *Driver) ClickOn(text string) *Driver {
	d.t.Helper()
	for y, l := range strings.Split(d.Screen(), "\n") {
		if i := strings.Index(l, text); i >= 0 {
			return d.Click(ansi.StringWidth(l[:i]), y)
		}
	}
	d.t.Fatalf("%q is not on the screen:\n%s", text, d.Screen())
	return d
}

// Wheel turns the wheel at a cell, down for a positive notch.
func (d *Driver) Wheel(x, y, notch int) *Driver {
	b := tea.MouseWheelDown
	if notch < 0 {
		b = tea.MouseWheelUp
	}
	d.send(tea.MouseWheelMsg{X: x, Y: y, Button: b})
	return d
}

// Send sends any message.
func (d *Driver) Send(msg tea.Msg) *Driver {
	d.send(msg)
	return d
}

// Advance moves the clock.
func (d *Driver) Advance(by time.Duration) *Driver {
	d.Clock.Advance(by)
	return d
}

// Play lets the build that is starting or running say events, each at its time,
// and waits until the App has heard them. A build that has said its End is over.
func (d *Driver) Play(events []build.Event) *Driver {
	d.t.Helper()
	for d.run == nil {
		d.poll()
	}
	for _, e := range events {
		if late := e.Time.Sub(d.Clock.Now()); late > 0 {
			d.heard()
			d.Clock.Advance(late)
		}
		d.run.emit(e)
		d.run.said++
		if e.End != nil {
			d.heard()
			d.finish()
			return d
		}
	}
	d.heard()
	return d
}

// poll waits for a build to start or a message, whichever comes first.
func (d *Driver) poll() {
	d.t.Helper()
	select {
	case d.run = <-d.builder.started:
	case msg := <-d.msgs:
		d.take(msg)
	case <-time.After(patience):
		d.t.Fatalf("no build started; the screen:\n%s", d.Screen())
	}
}

func (d *Driver) heard() {
	d.t.Helper()
	d.Until("the App to hear the build", func() bool { return d.App.Heard() >= d.run.said })
}

// finish lets the build's Build return and waits until the App knows.
func (d *Driver) finish() {
	d.t.Helper()
	close(d.run.over)
	d.run = nil
	n := d.App.Builds()
	d.Until("the App to see the build end", func() bool { return !d.App.Building() || d.App.Builds() > n })
}

// Cancelled says whether the App has cancelled the running build.
func (d *Driver) Cancelled() bool { return d.run != nil && d.run.ctx.Err() != nil }

// Finish lets the running build return without another word.
func (d *Driver) Finish() *Driver {
	d.t.Helper()
	d.finish()
	return d
}

// Quit says whether the App has asked to quit.
func (d *Driver) Quit() bool { return d.quit }

// Clipboard is what was last sent to it.
func (d *Driver) Clipboard() string { return d.clip }

// redraw is a message that means nothing: it makes the App draw anew, at the
// time that the clock shows now.
type redraw struct{}

// Frame is the screen with its styles.
func (d *Driver) Frame() string {
	d.App.Update(redraw{})
	return d.App.View().Content
}

// Screen is the screen's text, line ends trimmed.
func (d *Driver) Screen() string {
	lines := strings.Split(ansi.Strip(d.Frame()), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " ")
	}
	return strings.Join(lines, "\n")
}

// See fails the test unless each text is on the screen.
func (d *Driver) See(texts ...string) *Driver {
	d.t.Helper()
	for _, text := range texts {
		if !strings.Contains(d.Screen(), text) {
			d.t.Errorf("%q is not on the screen:\n%s", text, d.Screen())
		}
	}
	return d
}

// SeeNot fails the test if one of the texts is on the screen.
func (d *Driver) SeeNot(texts ...string) *Driver {
	d.t.Helper()
	for _, text := range texts {
		if strings.Contains(d.Screen(), text) {
			d.t.Errorf("%q is on the screen:\n%s", text, d.Screen())
		}
	}
	return d
}

// Selected fails the test unless the stage or image of that name is selected.
func (d *Driver) Selected(name string) *Driver {
	d.t.Helper()
	if got := d.App.Graph().Label(d.App.Selected()); got != name {
		d.t.Errorf("%q is selected, want %q", got, name)
	}
	return d
}

// Step fails the test unless the step of that line is selected.
func (d *Driver) Step(line int) *Driver {
	d.t.Helper()
	ref, ok := d.App.SelectedStep()
	if !ok {
		d.t.Errorf("no step is selected, want the one of line %d", line)
		return d
	}
	if got := d.App.Graph().Stages[ref.Stage].Steps[ref.Step].Line; got != line {
		d.t.Errorf("the step of line %d is selected, want %d", got, line)
	}
	return d
}

// Focus fails the test unless the pane has the focus: "graph", "steps", "log",
// "Dockerfile", "image", "leaks" or "compare".
func (d *Driver) Focus(pane string) *Driver {
	d.t.Helper()
	if got := d.App.Focus(); got != pane {
		d.t.Errorf("the focus is on %q, want %q", got, pane)
	}
	return d
}

// Target fails the test unless the stage of that name is the target.
func (d *Driver) Target(name string) *Driver {
	d.t.Helper()
	if got := d.App.Graph().Label(model.NodeID(d.App.Target())); got != name {
		d.t.Errorf("the target is %q, want %q", got, name)
	}
	return d
}
