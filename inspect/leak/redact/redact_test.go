package redact_test

import (
	"testing"

	"github.com/stagedive/stagedive/inspect/leak/redact"
)

// canary is the value of all secrets here.
const canary = "c4n4ryQ7zP2mK9xW"

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		"RUN |1 NPM_TOKEN=" + canary + " /bin/sh -c npm ci":            "RUN |1 NPM_TOKEN=‹redacted› /bin/sh -c npm ci",
		`ENV DB_PASSWORD="` + canary + ` with spaces" PORT=80`:         "ENV DB_PASSWORD=‹redacted› PORT=80",
		"RUN git clone https://me:" + canary + "@host/x https://host/": "RUN git clone https://me:‹redacted›@host/x https://host/",
		"RUN curl -H ghp_" + canary + "aB3dE5fG7hJ9kL1mN212":           "RUN curl -H ‹redacted›",
		"RUN go build -ldflags=-s ./...":                               "RUN go build -ldflags=-s ./...",
		"RUN TOKEN=$(cat /run/secrets/t) make":                         "RUN TOKEN=$(cat /run/secrets/t) make",
		// Unquoted values with spaces, as BuildKit writes them.
		"RUN |2 TOKEN=my " + canary + " and more A=b /bin/sh -c make":              "RUN |2 TOKEN=‹redacted› A=b /bin/sh -c make",
		"|2 A=b TOKEN=my secret " + canary + " /bin/sh -c make X=1":                "|2 A=b TOKEN=‹redacted› /bin/sh -c make X=1",
		"RUN |1 TOKEN=my secret " + canary + " tool --fast":                        "RUN |1 TOKEN=‹redacted›",
		"RUN |1 TOKEN=my x=" + canary + " y /bin/sh -c make":                       "RUN |1 TOKEN=‹redacted› /bin/sh -c make",
		"RUN |1 V=1.2 tool --fast A_TOKEN=" + canary:                               "RUN |1 V=1.2 tool --fast A_TOKEN=‹redacted›",
		"ENV DB_PASSWORD=my secret " + canary + " PORT=80":                         "ENV DB_PASSWORD=‹redacted› PORT=80",
		"ENV DB_PASSWORD my secret " + canary:                                      "ENV DB_PASSWORD ‹redacted›",
		"ENV A=it's DB_PASSWORD=my " + canary + " secret":                          "ENV A=it's DB_PASSWORD=‹redacted›",
		"/bin/sh -c #(nop)  ENV API_KEY=some " + canary:                            "/bin/sh -c #(nop)  ENV API_KEY=‹redacted›",
		"ONBUILD ARG API_KEY='" + canary + " x'":                                   "ONBUILD ARG API_KEY=‹redacted›",
		"LABEL com.example.token=my " + canary + " a=b":                            "LABEL com.example.token=‹redacted› a=b",
		"API_KEY=some " + canary + " X=y z":                                        "API_KEY=‹redacted›",
		"RUN docker login -u me --password " + canary + " r.io":                    "RUN docker login -u me --password ‹redacted› r.io",
		"RUN docker login --password-stdin registry.example.net":                   "RUN docker login --password-stdin registry.example.net",
		"RUN curl -H 'Authorization: Bearer " + canary + "' x.io":                  "RUN curl -H 'Authorization: ‹redacted›' x.io",
		"RUN curl -H \"Authorization: Bearer $T\" x.io":                            "RUN curl -H \"Authorization: Bearer $T\" x.io",
		"ENV DB_PASSWORD=pa$$" + canary:                                            "ENV DB_PASSWORD=‹redacted›",
		`RUN printf 'machine h login me password ` + canary + `\n' > /root/.netrc`: `RUN printf 'machine h login me password ‹redacted›\n' > /root/.netrc`,
		"ENV API_KEY=" + canary + " QUERY=k=" + canary:                             "ENV API_KEY=‹redacted› QUERY=k=‹redacted›",
		"RUN |1 API_KEY=‹redacted› /bin/sh -c make":                                "RUN |1 API_KEY=‹redacted› /bin/sh -c make",
	} {
		if got := redact.Text(in); got != want {
			t.Errorf("Text(%q) = %q, want %q", in, got, want)
		}
	}
}
