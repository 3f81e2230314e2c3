package history

import (
	"path"
	"slices"
	"strings"
	"time"

	controlapi "github.com/moby/buildkit/api/services/control"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/stagedive/stagedive/buildgraph/solve"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/history"
	"github.com/stagedive/stagedive/model/sanitize"
)

// recordOf puts an entry into the model's terms.
func recordOf(r *controlapi.BuildHistoryRecord) history.Record {
	a := r.FrontendAttrs
	out := history.Record{
		Ref: sanitize.Text(r.Ref), Name: sanitize.Text(nameOf(a)), Dockerfile: sanitize.Text(fileOf(a)),
		Target: sanitize.Text(a["target"]), Project: a[solve.AttrProject],
		Started: stamp(r.CreatedAt), Ended: stamp(r.CompletedAt),
		Steps: int(r.NumTotalSteps), Cached: int(r.NumCachedSteps), Completed: int(r.NumCompletedSteps),
		Warnings: int(r.NumWarnings), Pinned: r.Pinned,
	}
	_, out.Own = a[solve.AttrDockerfile]
	out.Own = out.Own || out.Project != ""
	for p := range strings.SplitSeq(sanitize.Text(a["platform"]), ",") {
		if p = strings.TrimSpace(p); p != "" {
			out.Platforms = append(out.Platforms, p)
		}
	}
	if r.CompletedAt == nil {
		return out
	}
	out.Outcome = outcomeOf(r)
	if out.Outcome == build.OutcomeFailed {
		out.Error = solve.Sentence(r.Error.GetMessage())
	}
	return out
}

// stamp is a time of the engine's; zero when there is none.
func stamp(t *timestamppb.Timestamp) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.AsTime()
}

func outcomeOf(r *controlapi.BuildHistoryRecord) build.Outcome {
	switch {
	case r.Error == nil:
		return build.OutcomeSucceeded
	case codes.Code(r.Error.Code) == codes.Canceled || strings.HasSuffix(r.Error.Message, "context canceled"):
		return build.OutcomeCancelled
	}
	return build.OutcomeFailed
}

// nameOf is what a client told of the build's context: ours its directory's name,
// docker buildx a URL, or where in a repository the directory lies.
func nameOf(a map[string]string) string {
	for _, key := range []string{"build-arg:BUILDKIT_BUILD_NAME", solve.AttrContext, "context", "vcs:localdir:context", "vcs:source"} {
		v := strings.TrimSuffix(a[key], "/")
		if v == "" || v == "." || key == "context" && strings.HasPrefix(v, "local:") {
			continue
		}
		if key == "vcs:source" || key == "context" {
			v = strings.TrimSuffix(path.Base(v), ".git")
		}
		return v
	}
	return ""
}

// fileOf is the Dockerfile's name.
func fileOf(a map[string]string) string {
	if f := a["filename"]; f != "" {
		return f
	}
	return "Dockerfile"
}

// targetOf is the stage that was asked for, for FindStage.
func targetOf(a map[string]string) string {
	if t := a[solve.AttrTarget]; t != "" {
		return t
	}
	return a["target"]
}

// contextsOf are the names of the named contexts.
func contextsOf(a map[string]string) []string {
	var out []string
	if names := a[solve.AttrNamed]; names != "" {
		out = strings.Split(names, ",")
	}
	for k := range a {
		if name, ok := strings.CutPrefix(k, "context:"); ok {
			name, _, _ = strings.Cut(name, "::")
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func argsOf(a map[string]string) map[string]string {
	out := map[string]string{}
	for k, v := range a {
		if name, ok := strings.CutPrefix(k, "build-arg:"); ok {
			out[name] = v
		}
	}
	return out
}
