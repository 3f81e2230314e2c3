package tui

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	tea "charm.land/bubbletea/v2"

	sides "github.com/stagedive/stagedive/model/compare"
	"github.com/stagedive/stagedive/model/probe"
	"github.com/stagedive/stagedive/tui/theme"
)

// Prober asks images that stand side by side to do something.
type Prober interface {
	// Questions are what would be asked of each side, as it is written down by now. It
	// runs nothing.
	Questions(ctx context.Context, c *sides.Comparison) ([][]probe.Question, error)
	// Probe asks all sides, one after the other, and returns when everything that it has
	// started has stopped, also after ctx is cancelled. hear takes each outcome, tell what
	// is being done beside that, sanitised, "" for nothing. Neither blocks, and both may be called from any goroutine,
	// but not after Probe has returned.
	Probe(ctx context.Context, c *sides.Comparison, hear func(side int, o probe.Outcome), tell func(string)) error
}

// probing is probes that run in the images side by side, or none.
type probing struct {
	gen    int
	cancel context.CancelFunc // nil unless running
	doing  *atomic.Pointer[string]
}

func (p *probing) running() bool { return p.cancel != nil }

type (
	// questionsMsg brings what would be asked.
	questionsMsg struct {
		gen       int // of the comparison
		questions [][]probe.Question
		err       error
	}
	// probedMsg brings what is new of probes; over says that no more comes, and why, if
	// not because all is done.
	probedMsg struct {
		gen  int
		from *answers
		news []answer
		over bool
		err  error
	}
)

// answer is what came of a probe on a side, or, with no outcome, what is asked.
type answer struct {
	questions [][]probe.Question
	side      int
	outcome   *probe.Outcome
}

// answers are handed from who asks to the App, which takes what has come by then.
type answers struct {
	mu   sync.Mutex
	list []answer
	some chan struct{} // has an element where list may have some
	over chan struct{} // closed when no more comes
	err  error         // of the end
}

func (q *answers) put(a answer) {
	q.mu.Lock()
	q.list = append(q.list, a)
	q.mu.Unlock()
	select {
	case q.some <- struct{}{}:
	default:
	}
}

// next waits for the next answers, or the end.
func (q *answers) next(gen int) tea.Msg {
	msg := probedMsg{gen: gen, from: q}
	select {
	case <-q.some:
	case <-q.over:
		msg.over, msg.err = true, q.err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	msg.news, q.list = q.list, nil
	return msg
}

// listProbes finds out what would be asked of the images side by side.
func (a *App) listProbes() tea.Cmd {
	prober, c, gen, ctx := a.cfg.Prober, a.screens.compare.Comparison(), a.comparing.gen, a.life
	if prober == nil || c == nil {
		return nil
	}
	return func() tea.Msg {
		questions, err := prober.Questions(ctx, c)
		return questionsMsg{gen, questions, err}
	}
}

// beginProbes does with a new comparison what the program was started for.
func (a *App) beginProbes() tea.Cmd {
	if a.cfg.Probe && a.cfg.Prober != nil {
		return a.startProbing()
	}
	return a.listProbes()
}

func (a *App) listedProbes(msg questionsMsg) {
	if msg.gen == a.comparing.gen && !a.probing.running() {
		a.screens.compare.Behaviour().SetQuestions(msg.questions, msg.err)
	}
}

// startProbing runs the probes, as they are written down by now, in all images that
// stand side by side.
func (a *App) startProbing() tea.Cmd {
	prober, c := a.cfg.Prober, a.screens.compare.Comparison()
	switch {
	case prober == nil || c == nil:
		return a.say(theme.Dim, "there are no images here that could be asked")
	case a.probing.running():
		return a.say(theme.Dim, "the probes are running: "+a.label(a.keys.Back)+" cancels them")
	}
	ctx, cancel := context.WithCancel(a.life)
	p := &a.probing
	*p = probing{gen: p.gen + 1, cancel: cancel, doing: &atomic.Pointer[string]{}}
	a.screens.compare.Behaviour().Begin()
	q := &answers{some: make(chan struct{}, 1), over: make(chan struct{})}
	gen, doing := p.gen, p.doing
	a.working.Add(1)
	go func() {
		defer a.working.Done()
		defer close(q.over)
		questions, err := prober.Questions(ctx, c)
		if err == nil {
			q.put(answer{questions: questions})
			err = prober.Probe(ctx, c, func(side int, o probe.Outcome) { q.put(answer{side: side, outcome: &o}) },
				func(text string) { doing.Store(&text) })
		}
		q.err = err
	}()
	return tea.Batch(func() tea.Msg { return q.next(gen) }, a.tick())
}

// probed takes what came of probes.
func (a *App) probed(msg probedMsg) tea.Cmd {
	p := &a.probing
	if msg.gen != p.gen || !p.running() {
		return nil
	}
	tab := a.screens.compare.Behaviour()
	for _, n := range msg.news {
		if n.outcome == nil {
			tab.SetQuestions(n.questions, nil)
			continue
		}
		tab.Hear(n.side, *n.outcome)
	}
	if !msg.over {
		return func() tea.Msg { return msg.from.next(msg.gen) }
	}
	p.cancel()
	p.cancel = nil
	tab.End(errors.Is(msg.err, context.Canceled))
	switch {
	case errors.Is(msg.err, context.Canceled):
		return nil
	case msg.err != nil:
		tab.SetQuestions(nil, msg.err)
		return nil
	case a.probesShown():
		return nil // which says it
	}
	verdict, good := tab.Verdict()
	if verdict == "" {
		return nil
	}
	role := theme.Warning
	if good {
		role = theme.Good
	}
	return a.tell(role, verdict)
}

// stopProbing gives up what is being asked; what came of it stays.
func (a *App) stopProbing() {
	if p := &a.probing; p.running() {
		p.cancel()
		p.cancel = nil
		p.gen++
		a.screens.compare.Behaviour().End(true)
	}
}

// sayProbing says on the tab what is being done.
func (a *App) sayProbing() {
	if p := &a.probing; p.running() {
		if doing := p.doing.Load(); doing != nil {
			a.screens.compare.Behaviour().SetDoing(*doing)
		}
	}
}

// probesShown says that the user looks at what comes of probes.
func (a *App) probesShown() bool {
	return a.tab == tabCompare && a.screens.compare.Tab() == a.screens.compare.Behaviour().Name()
}
