package tuitest

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/compare"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/inventory"
	"github.com/stagedive/stagedive/model/probe"
	"github.com/stagedive/stagedive/tui"
)

// Comparer is a tui.Comparer whose answers the test gives. It takes no target apart.
type Comparer struct {
	tui.Comparer
	asked chan *CompareAsked
}

// CompareAsked is stages that are to stand side by side.
type CompareAsked struct {
	Targets []int
	Ctx     context.Context
	Tell    func(string)
	emit    func(build.Event)
	answer  chan compareAnswer
}

type compareAnswer struct {
	c   *compare.Comparison
	err error
}

var _ tui.Comparer = (*Comparer)(nil)

// NewComparer returns a Comparer that was asked nothing yet.
func NewComparer() *Comparer { return &Comparer{asked: make(chan *CompareAsked, 16)} }

// Compare is tui.Comparer's: it returns what Answer says, even late.
func (c *Comparer) Compare(ctx context.Context, targets []int, emit func(build.Event), tell func(string)) (*compare.Comparison, error) {
	a := &CompareAsked{Targets: targets, Ctx: ctx, Tell: tell, emit: emit, answer: make(chan compareAnswer)}
	c.asked <- a
	got := <-a.answer
	return got.c, got.err
}

// Comparing waits for stages to be compared.
func (d *Driver) Comparing(c *Comparer) *CompareAsked {
	d.t.Helper()
	deadline := time.After(patience)
	for {
		select {
		case a := <-c.asked:
			return a
		case msg := <-d.msgs:
			d.take(msg)
		case <-deadline:
			d.t.Fatalf("nothing is to be compared; the screen:\n%s", d.Screen())
		}
	}
}

// Say lets the build of a comparison say events, each at its time, and waits until the
// App has heard them.
func (d *Driver) Say(a *CompareAsked, events []build.Event) *Driver {
	d.t.Helper()
	for i, e := range events {
		if late := e.Time.Sub(d.Clock.Now()); late > 0 {
			d.Until("the App to hear the build", func() bool { return d.App.Heard() >= i })
			d.Clock.Advance(late)
		}
		if e.Begin != nil {
			begin := *e.Begin
			begin.Targets = a.Targets
			e.Begin = &begin
		}
		if e.End != nil && e.End.Result != nil {
			end, res := *e.End, *e.End.Result
			for _, t := range a.Targets {
				res.Images = append(res.Images, build.TargetImage{Target: t, Ref: res.Ref, Digest: res.Digest})
			}
			end.Result = &res
			e.End = &end
		}
		a.emit(e)
	}
	d.Until("the App to hear the build", func() bool { return d.App.Heard() >= len(events) })
	if last := events[len(events)-1]; last.End != nil {
		d.Until("the App to see the build end", func() bool { return !d.App.Building() })
	}
	return d
}

// Answer is what comparing comes to.
func (a *CompareAsked) Answer(c *compare.Comparison, err error) { a.answer <- compareAnswer{c, err} }

// ShopSides are the shop's builder and its runtime side by side, and as many more of the
// runtime as make n of them.
func ShopSides(n int) *compare.Comparison {
	runtime, found := ShopImage()
	runtime.Packages = []inventory.Package{
		{Kind: inventory.NPM, Name: "express", Version: "4.21.2", Path: "/app/node_modules/express/package.json", Size: 14_224, Layer: 5},
		{Kind: inventory.NPM, Name: "typescript", Version: "5.9.3", Path: "/app/node_modules/typescript/package.json", Size: 14_800_000, Layer: 5},
		{Kind: inventory.Deb, Name: "libssl3", Version: "3.0.17-1~deb12u2", Path: "/var/lib/dpkg/status", Size: 6_000_000, Layer: 1},
	}
	sides := []compare.Side{
		shopBuilder(runtime),
		{Name: "runtime", Image: runtime, Found: found, Graph: Shop(), Build: &compare.Build{Elapsed: 12 * time.Second, Busy: 1200 * time.Millisecond, Cached: 4, Ran: 4}},
	}
	for i := range sides {
		sides[i].Probes = shopProbes(i)
	}
	for i := 2; i < n; i++ {
		more := sides[1]
		more.Name = fmt.Sprintf("registry.example/team/shop-of-a-long-name:%d.%d", i, i)
		sides = append(sides, more)
	}
	return compare.New(sides[:n]...)
}

// shopProbes are what came of asking a side: the second one answers otherwise.
func shopProbes(side int) []probe.Outcome {
	body := []string{"shop 1.4.0", "shop 1.4.0-min"}[side]
	return []probe.Outcome{
		{Name: "version", What: "node --version", Ask: probe.End, State: probe.Passed, Took: 120 * time.Millisecond, Exit: new(int), Stdout: &probe.Output{Text: "v20.20.2\n"}, Compared: []probe.Aspect{probe.Stdout}},
		{Name: "banner", What: "node dist/server.js --banner", Ask: probe.End, State: probe.Passed, Took: 340 * time.Millisecond, Exit: new(int), Stdout: &probe.Output{Text: body + "\n", Digest: body}, Compared: []probe.Aspect{probe.Stdout}},
	}
}

// shopBuilder is what the stage builder of the shop comes to.
func shopBuilder(runtime *image.Image) compare.Side {
	im := &image.Image{
		Ref: "builder", Digest: "sha256:77aa" + strings.Repeat("1c", 30), Platform: "linux/amd64", Created: Epoch(),
		Config: image.Config{WorkingDir: "/app", Cmd: []string{"node"}, Env: []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/bin:/bin", "NODE_VERSION=20.20.2", "CI=1"}},
		Layers: append([]image.Layer(nil), runtime.Layers[:4]...),
		Packages: []inventory.Package{
			{Kind: inventory.Deb, Name: "gcc", Version: "12.2.0-14", Path: "/var/lib/dpkg/status", Size: 58_000_000, Layer: 4},
			{Kind: inventory.Deb, Name: "libssl3", Version: "3.0.16-1~deb12u1", Path: "/var/lib/dpkg/status", Size: 6_000_000, Layer: 1},
			{Kind: inventory.NPM, Name: "express", Version: "4.21.2", Path: "/app/node_modules/express/package.json", Size: 14_224, Layer: 4},
			{Kind: inventory.NPM, Name: "typescript", Version: "5.9.3", Path: "/app/node_modules/typescript/package.json", Size: 14_800_000, Layer: 4},
			{Kind: inventory.NPM, Name: "vitest", Version: "3.2.4", Path: "/app/node_modules/vitest/package.json", Size: 4_100_000, Layer: 4},
		},
	}
	for i, l := range []struct {
		by    string
		step  int
		line  int
		files string
	}{
		{"RUN /bin/sh -c npm ci # buildkit", 3, 8, `
			usr/bin/gcc 58000000 755|app/node_modules/typescript/lib/tsc.js 5900000|app/node_modules/typescript/lib/typescript.js 8900000
			app/node_modules/express/index.js 224|app/node_modules/express/lib/application.js 14000|app/node_modules/vitest/index.js 4100000`},
		{"COPY . . # buildkit", 1, 12, `app/src/server.ts 9000|app/src/routes/cart.ts 4000|app/package.json 1200|app/.env 96`},
		{"RUN /bin/sh -c npm run build # buildkit", 2, 13, `app/dist/server.js 412000|app/dist/server.js.map 1180000|app/dist/routes/cart.js 18000|app/dist/routes/orders.js 26010`},
	} {
		stage := ShopBuilder
		if i == 0 {
			stage = 0
		}
		t := shopLayer(l.files)
		im.Layers = append(im.Layers, image.Layer{
			Index: 4 + i, CreatedBy: l.by, Origin: image.Origin{Stage: stage, Step: l.step, Line: l.line, EndLine: l.line}, Tree: t,
			Size: t.Size(image.Root), DiffID: fmt.Sprintf("sha256:%064x", 100+i),
		})
	}
	return compare.Side{
		Name: "builder", Image: im, Graph: Shop(), Build: &compare.Build{Elapsed: 12 * time.Second, Busy: 9400 * time.Millisecond, Cached: 1, Ran: 5},
		Found: []finding.Finding{
			{Rule: "SD-S001", Title: "An .env file with secrets", Severity: finding.Critical, Path: "/app/.env", Size: 96, Layer: 5, Stage: ShopBuilder, Line: 12, Why: "whoever has the image has the secret", Fix: "name .env in .dockerignore", Evidence: []string{"API_TOKEN"}},
			{Rule: "SD-T004", Title: "TypeScript compiler", Severity: finding.High, Path: "/app/node_modules/typescript", Files: 2, Size: 14_800_000, Layer: 4, Stage: 0, Line: 8, Evidence: []string{"lib/tsc.js"}, Why: "nothing runs it there", Fix: "npm prune --omit=dev"},
			{Rule: "SD-T001", Title: "GCC 12", Severity: finding.Medium, Path: "/usr/bin/gcc", Size: 58_000_000, Layer: 4, Stage: 0, Line: 8, Evidence: []string{"usr/bin/gcc"}, Why: "a compiler runs nothing in production", Fix: "copy the result out of the stage that compiles"},
		},
	}
}

// Images is a tui.Config.Comparison of n sides, or of an error.
func Images(n int, err error) func(context.Context, func(string)) (*compare.Comparison, error) {
	return func(_ context.Context, tell func(string)) (*compare.Comparison, error) {
		tell("opening the images")
		if err != nil {
			return nil, err
		}
		return ShopSides(n), nil
	}
}
