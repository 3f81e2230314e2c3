// Package tui is the terminal interface: one tea.Model, the App, which owns the
// panes, routes keys and clicks to them, and runs builds and inspections through
// the small interfaces of Config.
//
// Nothing here does I/O or expensive work in Update: what takes time is a
// command, each with a context that the App can cancel and a generation that
// makes its late answers harmless.
package tui

import (
	"context"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/tui/keys"
	"github.com/stagedive/stagedive/tui/pane/builds"
	"github.com/stagedive/stagedive/tui/pane/changes"
	"github.com/stagedive/stagedive/tui/pane/graph"
	"github.com/stagedive/stagedive/tui/pane/logs"
	"github.com/stagedive/stagedive/tui/pane/source"
	"github.com/stagedive/stagedive/tui/pane/steps"
	"github.com/stagedive/stagedive/tui/pane/target"
	"github.com/stagedive/stagedive/tui/pane/why"
	"github.com/stagedive/stagedive/tui/theme"
)

// App is the program's model. It is used by one goroutine, Bubble Tea's; only
// Shutdown may be called from another.
type App struct {
	cfg   Config
	clock Clock
	keys  keys.Map
	theme *theme.Theme

	width, height int
	mouse         bool
	dragged       *drag // nil unless the mouse is held down

	graph  *model.Graph
	target int        // stage index; -1 without a graph
	plan   model.Plan // of the target

	tab       tab
	focus     place
	alone     bool   // the pane with the focus has the body to itself
	detail    detail // what the detail pane shows
	graphPane *graph.Pane
	steps     steps.Pane
	logs      *logs.Pane
	source    source.Pane
	cursors   map[model.NodeID]int // of steps, by node
	synced    build.StepRef        // the step that the panes stand on

	problemLine int // the source pane shall go there; 0 when it need not
	screens     screens

	picker *target.Picker // nil unless open
	before model.NodeID   // the selection before it was opened
	help   *help          // nil unless open
	toast  toast
	said   []sentence // oldest first

	enginePage  *engine       // nil unless open
	changesPage *changes.Page // nil unless open
	asks        int           // generation of what changesPage waits for
	whyPage     *why.Page     // nil unless open
	viewing     viewing       // the page of a file
	extraction  *extraction   // nil unless a place to extract to is being typed

	builds    *builds.Page // nil unless open
	questions int          // generation of the last question to the history
	past      *past        // the build of the history that is shown; nil for one of our own
	stopped   time.Time    // by the build's clock, when it was no longer watched

	build       *build.Build           // nil before the first build
	run         *run                   // nil unless one is running
	runs        int                    // generation of run
	breakpoints map[build.StepRef]bool // of graph
	standing    string                 // what was said when the build stopped last
	buildNext   bool                   // as soon as run has ended
	heard       heard
	tally       tally
	follow      bool      // the selection follows what runs
	movedAt     time.Time // when the user last moved the selection
	marked      marked
	shown       build.StepRef // in the timeline, when it was opened last
	inspection  inspection
	failure     error   // why there is nothing to show; Run returns it
	opened      *opened // nil unless a stage is open or being opened
	openings    int     // generation of opened
	comparing   comparing
	probing     probing
	marks       []int // stages that are marked for a comparison, ascending
	watch       watching
	linting     linting
	reloads     int // generation of the last reload
	ticking     bool
	reading     bool // a readMsg is on its way
	leaving     bool

	life    context.Context // ends with the App
	end     context.CancelFunc
	working sync.WaitGroup // every command that runs a Builder or an Inspector
	frame   string         // the last View, until something changes
	isStale bool
}

// New returns an App that shows cfg. It does no I/O and starts nothing.
func New(cfg Config) *App {
	if cfg.Clock == nil {
		cfg.Clock = SystemClock{}
	}
	if cfg.Width <= 0 || cfg.Height <= 0 {
		cfg.Width, cfg.Height = 80, 24
	}
	if cfg.Speed <= 0 {
		cfg.Speed = 1
	}
	a := &App{
		cfg: cfg, clock: cfg.Clock, keys: keys.Default(),
		theme: theme.New(theme.Options{Profile: cfg.Profile, Light: cfg.Light, ASCII: cfg.ASCII}),
		width: cfg.Width, height: cfg.Height, mouse: true,
		target: -1, cursors: map[model.NodeID]int{}, breakpoints: map[build.StepRef]bool{}, logs: logs.New(cfg.Clock.Now().Location()),
		isStale: true,
	}
	a.life, a.end = context.WithCancel(context.Background())
	a.graphPane = graph.New(a.theme)
	a.screens = newScreens(a.theme, cfg)
	if cfg.Graph != nil {
		a.target = cfg.Graph.DefaultTarget()
		if cfg.Target >= 0 && cfg.Target < len(cfg.Graph.Stages) {
			a.target = cfg.Target
		}
		a.adopt(cfg.Graph)
		a.graphPane.Select(model.NodeID(a.target))
		a.showProblems()
	} else {
		a.tab = tabImage
	}
	if cfg.Comparison != nil {
		a.tab = tabCompare
	}
	for _, ref := range cfg.Breakpoints {
		a.breakpoints[ref] = true
	}
	a.tellBreakpoints()
	a.sync()
	return a
}

// Init asks what the terminal looks like, and starts what Config says.
func (a *App) Init() tea.Cmd {
	var cmds []tea.Cmd
	if !a.cfg.Fixed {
		cmds = append(cmds, tea.RequestBackgroundColor)
	}
	if a.cfg.Image != nil {
		cmds = append(cmds, a.showImage(Inspected{Image: a.cfg.Image, Findings: a.cfg.Findings}))
	}
	if a.cfg.Ref != "" && a.cfg.Inspector != nil {
		cmds = append(cmds, a.inspect(build.Result{Ref: a.cfg.Ref}, -1))
	}
	if a.cfg.Comparison != nil {
		cmds = append(cmds, a.compareImages())
	}
	switch {
	case len(a.cfg.Compare) > 1 && a.graph != nil:
		cmds = append(cmds, a.compareTargets(a.cfg.Compare))
	case len(a.cfg.Compare) == 1 && a.graph != nil:
		a.setTarget(a.cfg.Compare[0])
		cmds = append(cmds, a.dissect())
	case a.cfg.AutoWatch && a.cfg.Watcher != nil && a.graph != nil && a.target >= 0:
		cmds = append(cmds, a.startWatching())
		a.watch.builds = a.cfg.AutoBuild
	case a.cfg.AutoBuild:
		cmds = append(cmds, a.startBuild())
	}
	if at := a.cfg.Look; at != nil && a.cfg.Stages != nil && a.graph != nil && a.graph.IsStage(model.NodeID(at.Stage)) {
		a.graphPane.Select(model.NodeID(at.Stage))
		cmds = append(cmds, a.openStage(at.Stage, at.Step, true))
	}
	if a.cfg.Past != nil {
		cmds = append(cmds, a.openPast(*a.cfg.Past))
	}
	cmds = append(cmds, a.lint())
	return tea.Batch(cmds...)
}

// Update is tea.Model's.
func (a *App) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	cmd := a.update(msg)
	next, judge := a.rebuild(), a.lint()
	a.sync()
	return a, tea.Batch(cmd, next, judge, a.readOn())
}

func (a *App) update(msg tea.Msg) tea.Cmd {
	stale := a.isStale
	a.isStale = true
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		if msg.Width == a.width && msg.Height == a.height {
			a.isStale = stale // the first one only confirms what Config said
		}
		a.width, a.height = msg.Width, msg.Height
	case tea.BackgroundColorMsg:
		if !a.cfg.Fixed {
			a.setLight(!msg.IsDark())
		}
	case tea.KeyPressMsg:
		return a.press(msg)
	case tea.PasteMsg:
		return a.paste(msg.Content)
	case tea.MouseClickMsg:
		return a.click(msg.Mouse())
	case tea.MouseWheelMsg:
		return a.wheel(msg.Mouse())
	case tea.MouseMotionMsg:
		a.isStale = a.drag(msg.Mouse()) || stale
	case tea.MouseReleaseMsg:
		a.dragged, a.isStale = nil, stale
	case eventsMsg:
		return a.happened(msg)
	case tickedMsg:
		return a.ticked()
	case fadedMsg:
		return a.faded(msg)
	case reloadedMsg:
		return a.reloaded(msg)
	case watchedMsg:
		return a.watched(msg)
	case inspectedMsg:
		return a.inspected(msg)
	case lintedMsg:
		return a.linted(msg)
	case stagedMsg:
		return a.staged(msg)
	case savedMsg:
		return a.saved(msg)
	case readMsg:
		a.reading = false
	case sidesMsg:
		return a.putSideBySide(msg)
	case questionsMsg:
		a.listedProbes(msg)
	case probedMsg:
		return a.probed(msg)
	case listedMsg:
		return a.listed(msg)
	case comparedMsg:
		a.compared(msg)
	case changedMsg:
		a.changed(msg)
	case fileReadMsg:
		a.fileRead(msg)
	case fileComparedMsg:
		a.fileCompared(msg)
	case extractedMsg:
		return a.extracted(msg)
	case changedTextMsg:
		a.changedText(msg)
	case leftMsg:
		return a.left(msg)
	case waitedMsg:
		if a.leaving {
			return tea.Quit
		}
	default:
		cmd, ours := a.screens.update(msg)
		a.isStale = ours
		return cmd
	}
	return nil
}

// setLight takes another palette when the terminal turns out to be light.
func (a *App) setLight(light bool) {
	o := a.theme.Options()
	if o.Light == light {
		return
	}
	o.Light = light
	a.theme = theme.New(o)
	a.graphPane.SetTheme(a.theme)
	a.screens.setTheme(a.theme)
}

// adopt shows a graph, keeping the target and the selection by name.
func (a *App) adopt(g *model.Graph) {
	if g == a.graph {
		return
	}
	if old := a.graph; old != nil && a.target >= 0 {
		name := old.Label(model.NodeID(a.target))
		a.target = g.DefaultTarget()
		for i, s := range g.Stages {
			if s.Label() == name {
				a.target = i
			}
		}
	}
	a.moveBreakpoints(a.graph, g)
	a.moveMarks(a.graph, g)
	a.graph = g
	clear(a.cursors)
	a.graphPane.SetGraph(g)
	a.screens.compare.SetStages(nil, nil) // they were of the one before
	a.tellMarks()
	a.setTarget(a.target)
}

func (a *App) setTarget(stage int) {
	a.target = stage
	a.plan = a.graph.PlanFor(stage)
}
