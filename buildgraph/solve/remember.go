package solve

import (
	"context"
	"maps"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	controlapi "github.com/moby/buildkit/api/services/control"

	"github.com/stagedive/stagedive/model"
)

// ownAttr begins the attributes that only stagedive reads, in the engine's
// history. The frontend is not given them.
const ownAttr = "stagedive:"

// What the engine's history keeps of a build of ours beside what any client
// gives: enough to draw it again, however it ended. BuildKit itself keeps a
// Dockerfile only of builds that succeeded, in their provenance.
const (
	AttrDockerfile = ownAttr + "dockerfile" // its text
	AttrTarget     = ownAttr + "target"     // the stage's index
	AttrContext    = ownAttr + "context"    // the context directory's name, without its path
	AttrProject    = ownAttr + "project"    // tells one context directory from another; see Project
	AttrNamed      = ownAttr + "contexts"   // names of the named contexts, by commas
	AttrHolds      = ownAttr + "holds"      // it is kept open when it fails: its end may come much later
)

// Project tells one context directory from another without telling its path.
func Project(contextDir string) string {
	if contextDir == "" {
		return ""
	}
	return pathKey(contextDir)
}

// rememberMost is how large a Dockerfile may be, in bytes, to be kept with each
// build: the whole list is read at once.
const rememberMost = 1 << 20

// describe adds to a build's attributes what its entry in the engine's history
// shall tell. Nothing that holds a secret's value goes in.
func (r *run) describe(attrs map[string]string) {
	maps.Copy(attrs, r.req.attrs())
	attrs["filename"] = "Dockerfile"
	if r.req.DockerfilePath != "" {
		attrs["filename"] = filepath.Base(r.req.DockerfilePath)
	}
	if len(r.req.Dockerfile) <= rememberMost {
		attrs[AttrDockerfile] = string(r.req.Dockerfile)
	}
	if t := r.req.targets(); len(t) > 0 && r.req.Graph != nil && t[0] < len(r.req.Graph.Stages) {
		attrs[AttrTarget] = strconv.Itoa(t[0])
		attrs["target"] = r.req.Graph.Label(model.NodeID(t[0]))
	}
	if r.req.HoldFailure {
		attrs[AttrHolds] = "true"
	}
	if dir := r.req.project(); dir != "" {
		if abs, err := filepath.Abs(dir); err == nil {
			attrs[AttrContext] = filepath.Base(abs)
		}
		attrs[AttrProject] = Project(dir)
	}
	names := make([]string, 0, len(r.req.NamedContexts))
	for name := range r.req.NamedContexts {
		names = append(names, name)
	}
	if len(names) > 0 {
		attrs[AttrNamed] = strings.Join(names, ",")
	}
	maps.DeleteFunc(attrs, func(_, v string) bool {
		for _, w := range r.tr.redact.words {
			if strings.Contains(v, w) {
				return true
			}
		}
		return false
	})
}

// forgetPatience bounds how long an engine may take to write down a build that
// has ended, and to forget it.
const forgetPatience = 10 * time.Second

// forget has the engine's history drop a build whose output had a secret in it:
// what the engine keeps is what the step printed, without our stars.
func (r *run) forget(ref string) {
	ctx, cancel := context.WithTimeout(context.Background(), forgetPatience) // the build's own may be over
	defer cancel()
	control := r.client.ControlClient()
	err := waitWritten(ctx, control, ref)
	if err == nil {
		_, err = control.UpdateBuildHistory(ctx, &controlapi.UpdateBuildHistoryRequest{Ref: ref, Delete: true})
	}
	if err != nil {
		r.notice("A step printed a secret, and the engine keeps this build's log: remove it with stagedive history rm " + ref + ".")
		return
	}
	r.notice("A step printed a secret: this build was removed from the engine's history.")
}

// waitWritten returns when a build's entry in the history is complete. It does
// not ask for the one Ref: BuildKit never deletes an entry from its database that
// was once listened to by its Ref (0.33.1, history.Queue.Listen leaves a count of
// 0 behind, which delete takes for a listener).
func waitWritten(ctx context.Context, control controlapi.ControlClient, ref string) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	events, err := control.ListenBuildHistory(ctx, &controlapi.BuildHistoryRequest{})
	if err != nil {
		return err
	}
	for {
		e, err := events.Recv()
		if err != nil {
			return err
		}
		if e.Type == controlapi.BuildHistoryEventType_COMPLETE && e.Record.GetRef() == ref {
			return nil
		}
	}
}
