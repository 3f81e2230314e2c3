//go:build linux

package embedded

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// shimText runs a crun of before `run --keep` as BuildKit wants to run it
// (executor/runcexecutor):
//   - --keep leaves the container to BuildKit, which reads its control group once
//     more and deletes it. Without it the container is gone at its end, so a later
//     delete must not mind that.
//   - Such a crun refuses configurations above version 1.0 of the runtime
//     specification by their number alone; what BuildKit puts in is in 1.0 too.
const shimText = `#!/bin/sh
after= bundle=
for arg do
	shift
	case $after in
	--bundle) bundle=$arg ;;
	esac
	after=$arg
	case $arg in
	--keep) ;;
	delete) set -- "$@" delete --force ;;
	*) set -- "$@" "$arg" ;;
	esac
done
if [ -n "$bundle" ]; then
	sed -i 's/^{"ociVersion":"[0-9.]*"/{"ociVersion":"1.0.2"/' "$bundle/config.json"
fi
exec %s "$@"
`

// runtimeCommand is the program that BuildKit is to run as the OCI runtime: the
// runtime itself, or a shim of it under root when it is a crun before
// `run --keep` (as Debian 12's 1.8.1 is).
func runtimeCommand(ctx context.Context, root, runtime string) (string, error) {
	if filepath.Base(runtime) != "crun" {
		return runtime, nil
	}
	help, err := exec.CommandContext(ctx, runtime, "run", "--help").Output()
	if err != nil || bytes.Contains(help, []byte("--keep")) {
		return runtime, nil
	}
	quoted := "'" + strings.ReplaceAll(runtime, "'", `'\''`) + "'"
	path := filepath.Join(root, "crun-without-keep")
	if err := os.WriteFile(path, fmt.Appendf(nil, shimText, quoted), 0o700); err != nil {
		return "", fmt.Errorf("adapting %s to BuildKit: %w", runtime, err)
	}
	return path, nil
}
