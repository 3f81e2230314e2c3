package embedded

import "runtime/debug"

// fallbackVersion is the BuildKit that go.mod pins, for binaries that carry no
// module information.
const fallbackVersion = "v0.33.1"

// BuildKitVersion is the version of the BuildKit that is linked in.
func BuildKitVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return fallbackVersion
	}
	for _, m := range info.Deps {
		if m.Path == "github.com/moby/buildkit" {
			if m.Replace != nil {
				return m.Replace.Version
			}
			return m.Version
		}
	}
	return fallbackVersion
}
