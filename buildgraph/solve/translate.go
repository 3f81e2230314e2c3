package solve

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/moby/buildkit/client"
	gateway "github.com/moby/buildkit/frontend/gateway/client"
	"github.com/opencontainers/go-digest"

	"github.com/stagedive/stagedive/buildgraph/solve/hold"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/sanitize"
)

// translator turns what the engine reports into events: attributed, cleaned, and
// without what has been said already.
type translator struct {
	emit   func(build.Event)
	attr   *attribution
	redact redactor
	causes *causes // nil: nobody asks why
	// together says that several targets are exported, each as an image of its own.
	together bool

	mu       sync.Mutex
	vertices map[string]build.Vertex // as last reported
	logs     map[logKey]*logStream
	warned   map[string]bool
	hidden   map[string]bool // vertices that are no part of the build
	changed  chan struct{}   // closed, and made anew, with every report
	latest   time.Time       // of all that was reported, in the engine's clock
}

type logKey struct {
	vertex string
	stream int
}

// logStream is the output of one vertex on one stream, as far as its end is
// still open.
type logStream struct {
	clean sanitize.Log
	held  string // by the redactor
	last  time.Time
}

func newTranslator(g *model.Graph, secrets [][]byte, start time.Time, emit func(build.Event)) *translator {
	return &translator{
		latest: start,
		emit:   emit, attr: newAttribution(g), redact: newRedactor(secrets),
		vertices: map[string]build.Vertex{},
		logs:     map[logKey]*logStream{},
		warned:   map[string]bool{},
		hidden:   map[string]bool{},
		changed:  make(chan struct{}),
	}
}

// clean makes a short text from outside fit to be shown.
func (t *translator) clean(s string) string { return t.redact.text(sanitize.Text(s)) }

// learn reads the LLB of a result that has not been evaluated yet. What was
// reported of its vertices before is said again with their steps. What it read is
// returned, one for each platform.
func (t *translator) learn(ctx context.Context, res *gateway.Result) []definition {
	several := len(res.Refs) > 1
	var out []definition
	read := func(platform string, ref gateway.Reference) {
		if ref == nil {
			return // a result without files has no LLB
		}
		st, err := ref.ToState()
		if err != nil {
			return
		}
		def, err := st.Marshal(ctx)
		if err != nil {
			return
		}
		t.attr.learn(def.Def, def.Source, platform)
		t.causes.learn(def, func(digest string) ([]build.StepRef, string) { return t.attr.of(digest, "") })
		out = append(out, takeApart(def, ref, platform))
	}
	read("", res.Ref)
	for _, platform := range slices.Sorted(maps.Keys(res.Refs)) {
		ref := res.Refs[platform]
		if !several {
			platform = ""
		}
		read(platform, ref)
	}

	t.again(false)
	return out
}

// again says of the vertices which steps they carry out, as far as that is known
// better by now; of all of them when the steps are not those of before.
func (t *translator) again(all bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for d, v := range t.vertices {
		refs, platform := t.attr.of(d, v.Name)
		if !all && len(refs) == len(v.Steps) && platform == v.Platform {
			continue
		}
		v.Steps, v.Platform = refs, platform
		t.vertices[d] = v
		t.emit(build.Event{Time: t.vertexTime(v), Vertex: &v})
		t.causes.saw(v)
	}
}

// status translates one report. The order within it is the engine's: vertices
// before what happens in them.
func (t *translator) status(s *client.SolveStatus) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, v := range s.Vertexes {
		t.vertex(v)
	}
	for _, p := range s.Statuses {
		if t.hidden[p.Vertex.String()] {
			continue
		}
		t.emit(build.Event{Time: t.at(&p.Timestamp), Progress: &build.Progress{
			Vertex: p.Vertex.String(), ID: t.clean(p.ID),
			Current: p.Current, Total: p.Total, Done: p.Completed != nil,
		}})
	}
	for _, l := range s.Logs {
		t.log(l)
	}
	for _, v := range s.Vertexes {
		if v.Completed != nil { // its last output may have come with its end
			t.endLogs(v.Digest.String())
		}
	}
	for _, w := range s.Warnings {
		if !t.together || !strings.HasPrefix(string(w.Short), platformsWarning) {
			t.warning(w)
		}
	}
	close(t.changed)
	t.changed = make(chan struct{})
}

// platformsWarning is how BuildKit begins what it says of a result that has an image for
// each of several targets (0.33.1, exporter/verifier): it takes them for platforms.
const platformsWarning = "Requested platforms "

// settled waits until the end of a vertex, and so all of its output, has been
// reported. An engine that doesn't say so is not waited for longer than most.
func (t *translator) settled(ctx context.Context, vertex digest.Digest, most time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	for {
		t.mu.Lock()
		ended := false
		for _, d := range []string{vertex.String(), withoutCache(vertex)} {
			ended = ended || t.vertices[d].Completed != nil
		}
		changed := t.changed
		t.mu.Unlock()
		if ended {
			return
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return
		}
	}
}

const settleTime = 5 * time.Second

func (t *translator) vertex(v *client.Vertex) {
	if v.Name == hold.HelperVertex {
		t.hidden[v.Digest.String()] = true
		return
	}
	out := build.Vertex{
		Digest: v.Digest.String(), Name: t.clean(v.Name),
		Cached: v.Cached, Started: v.Started, Completed: v.Completed,
		Error: t.clean(v.Error), Cancelled: cancelled(v.Error),
	}
	out.Steps, out.Platform = t.attr.of(out.Digest, v.Name)
	for _, in := range v.Inputs {
		out.Inputs = append(out.Inputs, in.String())
	}
	if old, seen := t.vertices[out.Digest]; seen && same(old, out) {
		return
	}
	t.vertices[out.Digest] = out
	t.emit(build.Event{Time: t.vertexTime(out), Vertex: &out})
	t.causes.saw(out)
}

// same says whether two reports of a vertex tell the same.
func same(a, b build.Vertex) bool {
	at := func(x, y *time.Time) bool { return x == y || x != nil && y != nil && x.Equal(*y) }
	return a.Name == b.Name && a.Cached == b.Cached && a.Error == b.Error &&
		at(a.Started, b.Started) && at(a.Completed, b.Completed) &&
		a.Platform == b.Platform && slices.Equal(a.Steps, b.Steps) && slices.Equal(a.Inputs, b.Inputs)
}

// cancelled says whether a vertex stopped for no fault of its own.
func cancelled(err string) bool {
	return strings.HasSuffix(err, context.Canceled.Error())
}

// at gives an event its time. What has none of its own, such as a vertex that is
// only announced, happened when the newest of what was reported did.
func (t *translator) at(own *time.Time) time.Time {
	if own == nil || own.IsZero() {
		return t.latest
	}
	if own.After(t.latest) {
		t.latest = *own
	}
	return *own
}

func (t *translator) vertexTime(v build.Vertex) time.Time {
	if v.Completed != nil {
		return t.at(v.Completed)
	}
	return t.at(v.Started)
}

func (t *translator) log(l *client.VertexLog) {
	key := logKey{l.Vertex.String(), l.Stream}
	s := t.logs[key]
	if s == nil {
		s = &logStream{}
		t.logs[key] = s
	}
	s.last = t.at(&l.Timestamp)
	if text := t.redact.stream(&s.held, s.clean.Clean(l.Data)); text != "" {
		t.emitLog(key, s, text)
	}
}

func (t *translator) emitLog(key logKey, s *logStream, text string) {
	t.emit(build.Event{Time: s.last, Log: &build.Log{Vertex: key.vertex, Stream: key.stream, Text: text}})
}

// endLogs says what was held back of a vertex's output: no more will come to
// decide whether it is a secret's beginning.
func (t *translator) endLogs(vertex string) {
	for key, s := range t.logs {
		if key.vertex == vertex && s.held != "" {
			t.emitLog(key, s, s.held)
			s.held = ""
		}
	}
}

// flush is called when the report has ended.
func (t *translator) flush() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for key := range t.logs {
		t.endLogs(key.vertex)
	}
}

func (t *translator) warning(w *client.VertexWarning) {
	out := build.Warning{Message: t.clean(string(w.Short)), URL: t.clean(w.URL)}
	for _, d := range w.Detail {
		out.Detail = append(out.Detail, t.clean(string(d)))
	}
	if len(w.Range) > 0 {
		out.Line = int(w.Range[0].GetStart().GetLine())
		out.EndLine = max(out.Line, int(w.Range[len(w.Range)-1].GetEnd().GetLine()))
	}
	if t.warned[out.Message] { // once a platform, once a target
		return
	}
	t.warned[out.Message] = true
	t.emit(build.Event{Time: t.at(nil), Warning: &out})
}
