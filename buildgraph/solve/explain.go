package solve

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	gatewaypb "github.com/moby/buildkit/frontend/gateway/pb"
	"github.com/moby/buildkit/solver/errdefs"
	"github.com/moby/buildkit/util/grpcerrors"
	"github.com/opencontainers/go-digest"
	"google.golang.org/grpc/codes"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/sanitize"
)

// explain makes of a build's error what somebody in a hurry needs: which step,
// where in the Dockerfile, why in one sentence, and what to do next.
func (t *translator) explain(err error) *build.Failure {
	f := &build.Failure{}
	t.locate(f, err)
	var input *inputError
	var exit *gatewaypb.ExitError
	switch {
	case errors.As(err, &input):
		f.Message, f.Hint = input.Error(), input.hint
	case errors.As(err, &exit) && f.Vertex != "":
		f.ExitCode = int(exit.ExitCode)
		f.Message = fmt.Sprintf("%s exited with code %d", t.subject(f), f.ExitCode)
		f.Hint = exitHint(f.ExitCode)
	default:
		f.Message, f.Hint = inWords(rootCause(err))
		advise(t.attr.graph, rootCause(err), f)
		if grpcerrors.Code(err) == codes.Unavailable && f.Vertex == "" {
			f.Message = "the engine does not answer: " + transportCause(rootCause(err))
			f.Hint = "see whether it still runs, then build again"
		}
		if f.Hint == "" && f.Line > 0 && f.Vertex == "" {
			f.Hint = "correct this line of the Dockerfile"
		}
		if f.Step != nil {
			f.Message = t.subject(f) + " failed: " + f.Message
		}
	}
	f.Message, f.Hint = t.clean(f.Message), t.clean(f.Hint)
	return f
}

// locate finds the vertex that failed, its step and its lines.
func (t *translator) locate(f *build.Failure, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	var ve *errdefs.VertexError
	if errors.As(err, &ve) {
		d := digest.Digest(ve.Vertex.GetDigest())
		for _, known := range []string{d.String(), withoutCache(d)} {
			if _, ok := t.vertices[known]; ok {
				f.Vertex = known
			}
		}
	}
	if f.Vertex == "" {
		for d, v := range t.vertices { // one that failed by itself, not one that was stopped
			if v.Error != "" && !v.Cancelled && len(v.Steps) > 0 {
				f.Vertex = d
			}
		}
	}
	for _, src := range errdefs.Sources(err) {
		for _, r := range src.GetRanges() {
			if line := int(r.GetStart().GetLine()); f.Line == 0 && line > 0 {
				f.Line, f.EndLine = line, max(line, int(r.GetEnd().GetLine()))
			}
		}
	}
	if v := t.vertices[f.Vertex]; len(v.Steps) > 0 {
		ref := v.Steps[0]
		step := t.attr.graph.Stages[ref.Stage].Steps[ref.Step]
		f.Step = &ref
		f.Line, f.EndLine = step.Line, step.EndLine
	} else if f.Line > 0 {
		f.Step = t.attr.stepAt(f.Line)
	}
}

// stepAt is the step on a line, if there is exactly one.
func (a *attribution) stepAt(line int) *build.StepRef {
	s := a.graph.StageAt(line)
	if s < 0 {
		return nil
	}
	var found *build.StepRef
	for _, step := range a.graph.Stages[s].Steps {
		if step.OnBuild || line < step.Line || line > step.EndLine {
			continue
		}
		if found != nil {
			return nil
		}
		found = &build.StepRef{Stage: s, Step: step.Index}
	}
	return found
}

// subject names what failed: the step and its stage.
func (t *translator) subject(f *build.Failure) string {
	if f.Step == nil {
		return "the step " + shorten(t.vertices[f.Vertex].Name)
	}
	stage := t.attr.graph.Stages[f.Step.Stage]
	text := shorten(t.attr.graph.Short(stage.Steps[f.Step.Step]))
	if len(t.attr.graph.Stages) == 1 {
		return text
	}
	return text + " in stage " + stageTitle(stage)
}

func stageTitle(s model.Stage) string {
	if s.Name != "" {
		return s.Name
	}
	return fmt.Sprintf("%d (FROM %s)", s.Index, s.Base)
}

// shorten keeps a sentence readable whose subject is a long command.
func shorten(s string) string {
	const most = 72
	s, rest, cut := strings.Cut(s, "\n")
	if short := sanitize.Shorten(s, most); short != s {
		return short
	}
	if cut && rest != "" {
		return s + " …"
	}
	return s
}

// exitHint is what an exit code that means the same everywhere asks for; "" for
// those that are the command's own.
func exitHint(code int) string {
	switch code {
	case 126:
		return "the command was found but can't be executed: check its mode and its interpreter"
	case 127:
		return "the command was not found in this stage's image: install it, or correct the path"
	case 137:
		return "the process was killed, most often for lack of memory: give the engine more, or run less at once"
	case 139:
		return "the process crashed (segmentation fault): check that the binary fits the platform"
	}
	return "" // its log says more than anybody could here
}

// rootCause is an error's message without what each layer of the engine put
// before it.
func rootCause(err error) string {
	s := err.Error()
	for _, noise := range []string{
		"failed to run Build function: ", "failed to solve: ", "failed to solve with frontend dockerfile.v0: ",
		"failed to build LLB: ", "rpc error: code = Unknown desc = ",
		"listing workers for Build: ", "failed to list workers: ",
	} {
		s = strings.ReplaceAll(s, noise, "")
	}
	return s
}

var dialing = regexp.MustCompile(`(?:Error while dialing|error reading from server|desc = "transport): ?(.*?)"?$`)

// transportCause is what the operating system said, without gRPC's frame.
func transportCause(s string) string {
	for m := dialing.FindStringSubmatch(s); m != nil; m = dialing.FindStringSubmatch(s) {
		s = m[1]
	}
	return strings.TrimPrefix(s, "Unavailable: ")
}

// saying is a message of BuildKit's that means something definite.
type saying struct {
	form    *regexp.Regexp
	message string // of the form's groups
	hint    string
}

func sayings() []saying {
	return []saying{
		{
			regexp.MustCompile(`(?s)^(\S+): failed to resolve source metadata for (\S+): (?:.*: )?(.*)$`),
			"the image $2 can't be pulled: $3",
			"check its name and your network; offline, hand it over with --build-context $1=oci-layout://DIR@DIGEST or set a mirror with --engine-config",
		},
		{
			regexp.MustCompile(`(?s)failed to resolve source metadata for (\S+): (?:.*: )?(.*)$`),
			"the image $1 can't be pulled: $2",
			"check its name and your network; offline, hand it over with --build-context NAME=oci-layout://DIR@DIGEST or set a mirror with --engine-config",
		},
		{
			regexp.MustCompile(`secret (\S+): not found`),
			"the secret $1 was not given",
			"add --secret id=$1,src=FILE (or env=VARIABLE)",
		},
		{
			regexp.MustCompile(`unset SSH|no SSH key "?([^"]*)"? forwarded`),
			"the step asks for an SSH agent and none was forwarded",
			"add --ssh default",
		},
		{
			regexp.MustCompile(`failed to calculate checksum of ref \S+: "?([^"]*)"?: not found`),
			"$1 does not exist where it is copied from",
			"check the path; in the build context, also what .dockerignore leaves out",
		},
		{
			regexp.MustCompile(`(?s)^dockerfile parse error on line \d+: (.*)$`),
			"the Dockerfile can't be read: $1",
			"correct this line",
		},
		{
			regexp.MustCompile(`target stage ("[^"]*") could not be found`),
			"the Dockerfile has no stage $1",
			"take one of the stages that stagedive graph lists",
		},
		{
			regexp.MustCompile(`no space left on device`),
			"the disk is full",
			"free space where the engine and the image store live",
		},
		{
			regexp.MustCompile(`no match for platform in manifest`),
			"the base image does not exist for this platform",
			"choose another --platform or another base",
		},
		{
			regexp.MustCompile(`(?:exporter "([^"]*)" could not be found)`),
			"this engine can't export images in the $1 format",
			"use the embedded engine, or a Docker with the containerd image store",
		},
	}
}

// inWords puts a message of the engine plainly; what it doesn't know it passes on.
func inWords(msg string) (message, hint string) {
	for _, s := range sayings() {
		if m := s.form.FindStringSubmatchIndex(msg); m != nil {
			return string(s.form.ExpandString(nil, s.message, msg, m)), string(s.form.ExpandString(nil, s.hint, msg, m))
		}
	}
	if strings.HasSuffix(msg, context.DeadlineExceeded.Error()) {
		return msg, "something took too long to answer: check the network, then build again"
	}
	return msg, ""
}

// processEnded is what BuildKit says of a process, whose arguments it quotes as Go does
// (solver/llbsolver/ops/exec.go, 0.33.1).
var processEnded = regexp.MustCompile(`(?s)^process "(?:/bin/sh -c )?(.*)" did not complete successfully: exit code: (\d+)$`)

// Sentence puts an engine's message into one line of plain words.
func Sentence(message string) string {
	words, _ := inWords(rootCause(errors.New(message)))
	if m := processEnded.FindStringSubmatch(words); m != nil {
		command := m[1]
		if plain, err := strconv.Unquote(`"` + command + `"`); err == nil {
			command = plain
		}
		words = "RUN " + shorten(command) + " exited with code " + m[2]
	}
	return sanitize.Text(words)
}
