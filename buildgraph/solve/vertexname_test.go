package solve

import "testing"

func TestParseVertexName(t *testing.T) {
	for name, want := range map[string]*vertexName{
		"[test 1/1] RUN go test ./...":                         {Stage: "test", N: 1, M: 1, Command: "RUN go test ./..."},
		"[1/2] FROM docker.io/library/alpine:3":                {N: 1, M: 2, Command: "FROM docker.io/library/alpine:3"},
		"[stage-2  6/10] COPY --from=first /first /":           {Stage: "stage-2", N: 6, M: 10, Command: "COPY --from=first /first /"},
		"[stage-2 10/10] COPY a b":                             {Stage: "stage-2", N: 10, M: 10, Command: "COPY a b"},
		"[ 2/10] RUN x":                                        {N: 2, M: 10, Command: "RUN x"},
		"[linux/arm64 build 2/3] RUN x":                        {Platform: "linux/arm64", Stage: "build", N: 2, M: 3, Command: "RUN x"},
		"[linux/amd64->arm64 build  2/13] RUN x":               {Platform: "linux/amd64->arm64", Stage: "build", N: 2, M: 13, Command: "RUN x"},
		"[linux/arm/v7 1/3] FROM x":                            {Platform: "linux/arm/v7", N: 1, M: 3, Command: "FROM x"},
		"[a.b_c-d 1/1] ONBUILD RUN x":                          {Stage: "a.b_c-d", N: 1, M: 1, OnBuild: true, Command: "RUN x"},
		"[stage-2 2/10] LINK COPY --link a.txt ./":             {Stage: "stage-2", N: 2, M: 10, Link: true, Command: "COPY --link a.txt ./"},
		"[x 2/3] ONBUILD LINK COPY --link a ./":                {Stage: "x", N: 2, M: 3, OnBuild: true, Link: true, Command: "COPY --link a ./"},
		"[x 1/1] RUN echo [y 2/2] RUN z":                       {Stage: "x", N: 1, M: 1, Command: "RUN echo [y 2/2] RUN z"},
		"[x 1/1] RUN <<EOF (echo here...)":                     {Stage: "x", N: 1, M: 1, Command: "RUN <<EOF (echo here...)"},
		"[internal] load build definition from Dockerfile":     nil,
		"[internal] load metadata for docker.io/library/x:1":   nil,
		"[auth] library/x:pull token for registry-1.docker.io": nil,
		"[context shell] OCI load from client":                 nil,
		"exporting to oci image format":                        nil,
		"docker-image://docker.io/library/busybox:latest":      nil,
		"merge ([x 1/2] COPY a, [x 2/2] COPY b)":               nil,
		"[x 0/3] RUN x":                                        nil,
		"[x 4/3] RUN x":                                        nil,
		"[Upper 1/3] RUN x":                                    nil, // names are lower-cased
		"":                                                     nil,
	} {
		got, ok := parseVertexName(name)
		switch {
		case want == nil && ok:
			t.Errorf("%q was taken for %+v", name, got)
		case want != nil && (!ok || got != *want):
			t.Errorf("%q: got %+v, want %+v", name, got, *want)
		}
	}
}

func TestParseContextName(t *testing.T) {
	for name, want := range map[string]string{
		"[context shell] OCI load from client":                      "shell",
		"[context shell::linux/amd64] OCI load from client":         "shell",
		"[context golang:1.26] docker.io/library/golang:1.26":       "golang:1.26",
		"[context src] load from client":                            "src",
		"[context shell] load metadata for docker.io/library/shell": "",
		"[context src] load .dockerignore":                          "",
		"[internal] load build context":                             "",
		"[x 1/1] RUN [context y] z":                                 "",
	} {
		if got, ok := parseContextName(name); got != want || ok != (want != "") {
			t.Errorf("%q: got %q %v, want %q", name, got, ok, want)
		}
	}
}

func FuzzParseVertexName(f *testing.F) {
	f.Add("[linux/amd64 test  1/10] ONBUILD LINK COPY a b")
	f.Add("[context a::b] c")
	f.Fuzz(func(t *testing.T, s string) {
		if v, ok := parseVertexName(s); ok && (v.N < 1 || v.N > v.M) {
			t.Errorf("%q: %+v", s, v)
		}
		parseContextName(s)
	})
}
