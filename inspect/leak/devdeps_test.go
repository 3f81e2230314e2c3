package leak_test

import (
	"strings"
	"testing"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
)

// What is asked for in development only is one finding for each place, with what to write
// on which line.
func TestPackagesForDevelopment(t *testing.T) {
	node := []entry{
		text("/app/package.json", `{"dependencies":{"a":"1"},"devDependencies":{"jest":"29"}}`), text("/app/node_modules/a/package.json", `{"name":"a","version":"1"}`),
		text("/app/node_modules/jest/package.json", `{"name":"jest","version":"29.1.0","dependencies":{"b":"1"}}`), blob("/app/node_modules/jest/bin/jest.js", 2_000_000), text("/app/node_modules/b/package.json", `{"name":"b","version":"1"}`),
	}
	python := []entry{
		text("/app/requirements-dev.txt", "pytest\n"), text("/v/lib/python3.12/site-packages/pytest-8.0.dist-info/METADATA", "Name: pytest\nVersion: 8.0\n\n"),
		text("/v/lib/python3.12/site-packages/pytest-8.0.dist-info/RECORD", "a,b,700\n"),
	}
	ruby := []entry{text("/app/Gemfile", "group :test do\n gem 'rspec'\nend\n"), text("/b/specifications/rspec-3.gemspec", "# stub: rspec 3 ruby lib\n"), text("/b/gems/rspec-3/a.rb", "x")}
	php := []entry{text("/app/vendor/composer/installed.json", `{"packages":[{"name":"phpunit/phpunit","version":"11"}],"dev-package-names":["phpunit/phpunit"]}`)}
	npm := "listed for development only, or needed by nothing but what is listed so: in /app/package.json"
	for _, tt := range []struct {
		text, rule, path, name, evidence, fix string
		entries                               []entry
	}{
		{"RUN npm ci && npm run build", "SD-D001", "/app/node_modules", "2 packages (jest, …) in /app/node_modules", npm + "|the largest: jest 29.1.0, 2.0 MB; b 1, 26 B", "line 2: RUN npm ci --omit=dev && npm run build", node},
		{"RUN npm ci --omit=dev", "SD-D001", "/app/node_modules", "", npm, `line 2: move "RUN npm ci --omit=dev" to a build stage, and COPY --from it only what was built`, node},
		{"RUN yarn install --frozen-lockfile", "SD-D001", "/app/node_modules", "", npm, "line 2: RUN yarn install --production --frozen-lockfile", node},
		{"RUN pip install -r requirements.txt -r requirements-dev.txt", "SD-D002", "/v/lib/python3.12/site-packages", "1 package (pytest) in /v/lib/python3.12/site-packages", "listed for development only, or needed by nothing but what is listed so: in /app/requirements-dev.txt", "line 2: leave out -r requirements-dev.txt: it lists what is for development", python},
		{"RUN uv sync --frozen", "SD-D002", "/v/lib/python3.12/site-packages", "", "listed for development only, or needed by nothing but what is listed so: in /app/requirements-dev.txt", "line 2: RUN uv sync --no-dev --frozen", python},
		{"RUN bundle install", "SD-D003", "/b", "1 package (rspec) in /b", "listed for development only, or needed by nothing but what is listed so: in /app/Gemfile", "line 2: RUN bundle config set --local without 'development test' && bundle install", ruby},
		{"RUN composer install", "SD-D004", "/app/vendor", "1 package (phpunit/phpunit) in /app/vendor", "listed for development only, or needed by nothing but what is listed so: in /app/vendor/composer/installed.json", "line 2: RUN composer install --no-dev", php},
		{"COPY . /app", "SD-D004", "/app/vendor", "", "", "line 2: add vendor to .dockerignore, and install in the image without what is for development: install with composer install --no-dev.", php},
	} {
		t.Run(tt.rule+" "+tt.text, func(t *testing.T) {
			graph := &model.Graph{Stages: []model.Stage{stage(0, "", 1, "FROM debian", tt.text)}}
			im := &image.Image{Layers: []image.Layer{{Origin: image.Origin{Stage: 0, Step: 1, Line: 2}}}}
			f := one(t, find(t, im, graph, tt.entries), tt.rule)
			if f.Path != tt.path || f.Severity != finding.Medium || tt.name != "" && f.Name != tt.name || !strings.HasPrefix(strings.Join(f.Evidence, "|"), tt.evidence) || f.Fix != tt.fix {
				t.Errorf("%s\n%q, %q\n%q", f.Path, f.Name, f.Fix, f.Evidence)
			}
		})
	}
}

// A COPY of node_modules from a stage takes along what that stage built with.
func TestCopiedPackagesForDevelopment(t *testing.T) {
	f := one(t, copying(t, "COPY --from=builder /work/node_modules /app/node_modules",
		model.Copy{From: 0, Sources: []string{"/work/node_modules"}, Dest: "/app/node_modules"}, image.Config{WorkingDir: "/app", Cmd: []string{"node", "x.js"}},
		text("/app/node_modules/.package-lock.json", `{"packages":{"node_modules/jest":{"dev":true}}}`), text("/app/node_modules/jest/package.json", `{"name":"jest","version":"29.1.0"}`)), "SD-D001")
	if want := `line 14: end stage builder with RUN npm prune --omit=dev, before "COPY --from=builder /work/node_modules /app/node_modules" copies what is left`; f.Fix != want {
		t.Errorf("fix %q, want %q", f.Fix, want)
	}
}

// A repository of many projects is one finding.
func TestManyPlacesAreOneFinding(t *testing.T) {
	var layer []entry
	for _, name := range []string{"web", "api", "jobs", "mail"} {
		layer = append(layer, text("/srv/"+name+"/package.json", `{"devDependencies":{"jest":"29"}}`), text("/srv/"+name+"/node_modules/jest/package.json", `{"name":"jest","version":"29.1.0"}`))
	}
	f := one(t, find(t, &image.Image{}, nil, layer), "SD-D001")
	if f.Path != "/srv" || f.Name != "4 packages (jest, …) in /srv" || !strings.HasSuffix(f.Evidence[0], "in /srv/api/package.json, /srv/jobs/package.json, /srv/mail/package.json and 1 more") {
		t.Errorf("%+v", f)
	}
}
