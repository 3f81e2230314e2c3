package solve

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/distribution/reference"
	"github.com/moby/buildkit/client/llb/sourceresolver"
	gateway "github.com/moby/buildkit/frontend/gateway/client"

	"github.com/stagedive/stagedive/model/sanitize"
)

// syntaxPatience is how long a registry may take to tell about the frontend
// image. Behind some firewalls a connection attempt takes minutes to fail.
const syntaxPatience = 15 * time.Second

// chooseFrontend looks whether the image that `# syntax` (or BUILDKIT_SYNTAX)
// names can be had, before BuildKit forwards the build to it and fails. When it
// can't, the frontend that is built into the engine takes over: it ignores the
// directive when it finds the attribute "cmdline" set, which is the mark of a
// build that has been forwarded already (BuildKit: dockerfile/builder/build.go).
func (r *run) chooseFrontend(ctx context.Context, gw gateway.Client, attrs map[string]string) error {
	image := attrs["build-arg:BUILDKIT_SYNTAX"]
	if image == "" && r.req.Graph != nil {
		image = r.req.Graph.Syntax
	}
	image, _, _ = strings.Cut(strings.TrimSpace(image), " ") // the rest is arguments for it
	if image == "" {
		return nil
	}
	err := resolvable(ctx, gw, image)
	if err == nil || ctx.Err() != nil {
		return ctx.Err()
	}
	attrs["cmdline"] = image
	delete(attrs, "build-arg:BUILDKIT_SYNTAX")
	why := "the registry does not answer"
	if !errors.Is(err, context.DeadlineExceeded) {
		why = rootCause(err)
		why = r.tr.clean(why[strings.LastIndex(why, ": ")+1:])
		why = strings.TrimSpace(why)
	}
	r.notice("The Dockerfile frontend " + sanitize.Text(image) + " can't be pulled (" + why +
		"): building with the one built into the engine.")
	return nil
}

func resolvable(ctx context.Context, gw gateway.Client, image string) error {
	named, err := reference.ParseNormalizedNamed(image)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, syntaxPatience)
	defer cancel()
	_, _, _, err = gw.ResolveImageConfig(ctx, reference.TagNameOnly(named).String(), sourceresolver.Opt{
		LogName:  "[internal] look for the frontend " + sanitize.Text(image),
		ImageOpt: &sourceresolver.ResolveImageOpt{},
	})
	if err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}
