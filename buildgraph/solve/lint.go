package solve

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"sync/atomic"

	"github.com/moby/buildkit/client"
	gateway "github.com/moby/buildkit/frontend/gateway/client"
	"github.com/moby/buildkit/frontend/subrequests/lint"
	"github.com/moby/buildkit/solver/errdefs"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/sanitize"
)

// subrequestCaps ask a frontend for an answer instead of a build, also the one that
// `# syntax` names.
const subrequestCaps = "moby.buildkit.frontend.subrequests+forward"

// Lint asks the Dockerfile's own frontend, the one that `# syntax` names, what it objects
// to. It looks at the base images of the first target, and builds nothing. emit takes
// notices; it is never called concurrently.
func Lint(ctx context.Context, c *client.Client, req Request, emit func(build.Event)) ([]model.Problem, error) {
	req.Unrecorded, req.Export, req.CacheTo = true, Export{}, nil
	in, err := req.inputs()
	if err != nil {
		return nil, err
	}
	defer in.close()
	r := &run{req: &req, client: c, out: outlet{emit: func(e build.Event) {
		if e.Notice != nil {
			emit(e)
		}
	}}}
	r.tr = newTranslator(req.Graph, in.secrets, req.now(), r.emit)
	opt, _, err := req.options(in)
	if err != nil {
		return nil, err
	}
	var answer atomic.Pointer[[]byte]
	_, err = r.solve(ctx, opt, func(ctx context.Context, gw gateway.Client) (*gateway.Result, error) {
		attrs, err := r.frontendAttrs(ctx, gw, in)
		if err != nil {
			return nil, err
		}
		if targets := req.targets(); len(targets) > 0 {
			attrs = withTarget(attrs, req.Graph, targets[0])
		}
		attrs = maps.Clone(attrs)
		attrs["requestid"], attrs["frontend.caps"] = lint.RequestLint, subrequestCaps
		res, err := gw.Solve(ctx, gateway.SolveRequest{Frontend: "dockerfile.v0", FrontendOpt: attrs})
		if err != nil {
			return nil, err
		}
		data := res.Metadata["result.json"]
		answer.Store(&data)
		return gateway.NewResult(), nil
	})
	var request *errdefs.UnsupportedSubrequestError
	var capability *errdefs.UnsupportedFrontendCapError
	switch data := answer.Load(); {
	case errors.As(err, &request), errors.As(err, &capability):
		return nil, errors.New("the frontend has no linter; write a newer one in # syntax, or leave it out")
	case err != nil:
		return nil, errors.New(r.tr.explain(err).Message)
	case data == nil || len(*data) == 0:
		return nil, errors.New("the frontend does not know what linting is; write a newer one in # syntax, or leave it out")
	default:
		return objections(req.Graph, *data)
	}
}

// objections reads a linter's answer.
func objections(g *model.Graph, data []byte) ([]model.Problem, error) {
	var results lint.LintResults
	if err := json.Unmarshal(data, &results); err != nil {
		return nil, fmt.Errorf("reading what the linter says: %w", err)
	}
	if e := results.Error; e != nil {
		return nil, errors.New("linting stopped: " + sanitize.Text(e.Message))
	}
	var out []model.Problem
	for _, w := range results.Warnings {
		p := model.Problem{Level: model.LevelWarning, Stage: -1, Rule: sanitize.Text(w.RuleName), Message: sanitize.Text(w.RuleName + ": " + w.Detail)}
		if l := w.Location; l != nil && len(l.Ranges) > 0 {
			p.Line = int(l.Ranges[0].Start.Line)
			p.EndLine = max(p.Line, int(l.Ranges[len(l.Ranges)-1].End.Line))
			p.Stage = g.StageAt(p.Line)
		}
		out = append(out, p)
	}
	return out, nil
}
