package credential

import (
	"bytes"
	"encoding/base64"
	"path"
	"slices"
	"strings"
	"testing"
)

// canary is the value of every secret here.
const canary = "c4n4ryQ7zP2mK9xW"

// seeds are files with credentials: at marks the line that each is on.
var seeds = []struct {
	path, content string
	lines         []int
	what          string
}{
	{"/root/.npmrc", "registry=https://r\n//r.example.net/:_authToken=" + canary, []int{2}, "//r.example.net/:_authToken"},
	{"/usr/etc/npmrc", "_auth = " + canary, []int{1}, "_auth"},
	{"/root/.yarnrc", `"//r.example.net/:_authToken" "` + canary + `"`, []int{1}, "_authToken"},
	{"/app/.yarnrc.yml", "npmScopes:\n  a:\n    npmAuthToken: " + canary, []int{3}, "npmAuthToken"},
	{"/root/.pypirc", "[pypi]\nusername = __token__\npassword: " + canary, []int{3}, "password"},
	{"/etc/pip.conf", "[global]\nindex-url = https://me:" + canary + "@pypi.example.net/simple", []int{2}, "URL"},
	{"/root/pip/pip.ini", "extra-index-url=https://me:" + canary + "@h/x", []int{1}, "URL"},
	{"/root/.config/pypoetry/auth.toml", "[http-basic.x]\nusername = \"u\"\npassword = \"" + canary + "\"", []int{3}, "password"},
	{"/root/.condarc", "channels:\n  - https://u:" + canary + "@conda.example.net/c", []int{2}, "URL"},
	{"/root/.netrc", "machine h\n  login me\n  password " + canary + "\nmachine g login x password " + canary, []int{3, 4}, "a password"},
	{"/root/_netrc", "default password " + canary, []int{1}, "a password"},
	{"/root/.docker/config.json", "{\n\"auths\": {\n\"ghcr.io\": {\"auth\": \"" + canary + "\"}}}", []int{3}, "ghcr.io"},
	{"/root/.dockercfg", "{\"r.example.net\": {\"auth\": \"" + canary + "\"}}", []int{1}, "r.example.net"},
	{"/x/.dockerconfigjson", "{\"auths\":{\"r\":{\"identitytoken\":\"" + canary + "\"}}}", []int{1}, "r"},
	{"/root/.config/containers/auth.json", "{\"auths\":{\"quay.io\":{\"auth\":\"" + canary + "\"}}}", []int{1}, "quay.io"},
	{"/run/containers/0/auth.json", "{\"auths\":{\"quay.io\":{\"auth\":\"" + canary + "\"}}}", []int{1}, "quay.io"},
	{"/root/.kube/config", "users:\n- user:\n    token: " + canary + "\n    client-key-data: " + canary, []int{3, 4}, "token"},
	{"/srv/kubeconfig", "    password: " + canary, []int{1}, "password"},
	{"/srv/ci.kubeconfig", "    token: " + canary, []int{1}, "token"},
	{"/etc/kubernetes/admin.conf", "    client-key-data: " + canary, []int{1}, "client-key-data"},
	{"/etc/rancher/k3s/k3s.yaml", "    client-key-data: " + canary, []int{1}, "client-key-data"},
	{"/var/run/secrets/kubernetes.io/serviceaccount/token", canary + "\n", []int{1}, "the token that it is"},
	{"/app/docker-compose.yml", "services:\n  db:\n    environment:\n      POSTGRES_USER: shop\n      POSTGRES_PASSWORD: " + canary, []int{5}, "POSTGRES_PASSWORD"},
	{"/app/docker-compose.prod.yaml", "    environment:\n      - DB_PASSWORD=" + canary + "\n      - A=${B}", []int{2}, "DB_PASSWORD"},
	{"/app/compose.yml", "      DATABASE_URL: postgres://me:" + canary + "@db/x", []int{1}, "DATABASE_URL"},
	{"/app/compose.yaml", "      API_TOKEN: ${API_TOKEN}\n      OTHER_TOKEN: " + canary, []int{2}, "OTHER_TOKEN"},
	{"/app/deploy/all.yaml", "kind: ConfigMap\ndata:\n  a: " + canary + "\n---\napiVersion: v1\nkind: Secret\ndata:\n  key: " + base64.StdEncoding.EncodeToString([]byte(canary)) + "\nstringData:\n  k2: " + canary, []int{8, 10}, "key"},
	{"/app/secret.yml", "stringData:\n  password: " + canary + "\nkind: Secret\n", []int{2}, "password"},
	{"/root/.aws/credentials", "[default]\naws_access_key_id=AKIA\naws_secret_access_key=" + canary, []int{3}, "aws_secret_access_key"},
	{"/root/.aws/config", "aws_session_token = " + canary, []int{1}, "aws_session_token"},
	{"/root/.boto", "gs_secret_access_key = " + canary, []int{1}, "gs_secret_access_key"},
	{"/root/.s3cfg", "access_key = a\nsecret_key = " + canary, []int{2}, "secret_key"},
	{"/root/.passwd-s3fs", "AKID:" + canary, []int{1}, "the token that it is"},
	{"/app/gcp.json", "{\"type\": \"authorized_user\",\n\"refresh_token\": \"" + canary + "\"}", []int{2}, "refresh token"},
	{"/root/.azure/accessTokens.json", "[{\"refreshToken\":\n \"" + canary + "\"}]", []int{2}, "refreshToken"},
	{"/root/.azure/msal_token_cache.json", "{\"AccessToken\":{\"x\":{\"secret\":\"" + canary + "\"}}}", []int{1}, "secret"},
	{"/root/.azure/service_principal_entries.json", "[{\"client_secret\":\"" + canary + "\"}]", []int{1}, "client_secret"},
	{"/root/.oci/config", "pass_phrase=" + canary, []int{1}, "pass_phrase"},
	{"/root/.config/doctl/config.yaml", "access-token: " + canary, []int{1}, "access-token"},
	{"/root/.config/hcloud/cli.toml", "  token = \"" + canary + "\"", []int{1}, "token"},
	{"/root/.fly/config.yml", "access_token: " + canary, []int{1}, "access_token"},
	{"/etc/openstack/clouds.yaml", "      password: " + canary, []int{1}, "password"},
	{"/root/.databrickscfg", "token = " + canary, []int{1}, "token"},
	{"/root/.snowsql/config", "password = " + canary, []int{1}, "password"},
	{"/root/.snowflake/connections.toml", "password = \"" + canary + "\"", []int{1}, "password"},
	{"/root/.kaggle/kaggle.json", "{\"username\":\"u\",\"key\":\"" + canary + "\"}", []int{1}, "key"},
	{"/root/.cache/huggingface/token", canary, []int{1}, "the token that it is"},
	{"/root/.huggingface/token", canary, []int{1}, "the token that it is"},
	{"/root/.git-credentials", "https://me:" + canary + "@git.example.net", []int{1}, "URL"},
	{"/root/.config/git/credentials", "https://me:" + canary + "@git.example.net", []int{1}, "URL"},
	{"/app/.git/config", "[remote \"origin\"]\n\turl = https://me:" + canary + "@git.example.net/x", []int{2}, "URL"},
	{"/root/.gitconfig", "[url \"https://x:" + canary + "@git.example.net/\"]\n\tinsteadOf = https://git.example.net/\n[http]\n\textraheader = AUTHORIZATION: basic " + canary, []int{1, 4}, "URL"},
	{"/etc/gitconfig", "[http]\n  extraHeader = \"Authorization: Bearer " + canary + "\"", []int{2}, "Authorization"},
	{"/root/.config/git/config", "url = https://x:" + canary + "@h/", []int{1}, "URL"},
	{"/root/.config/gh/hosts.yml", "github.com:\n    oauth_token: " + canary, []int{2}, "oauth_token"},
	{"/root/.config/hub", "github.com:\n- user: u\n  oauth_token: " + canary, []int{3}, "oauth_token"},
	{"/root/.config/glab-cli/config.yml", "hosts:\n  gitlab.com:\n    token: " + canary, []int{3}, "token"},
	{"/root/.travis/config.yml", "    access_token: " + canary, []int{1}, "access_token"},
	{"/root/.circleci/cli.yml", "token: " + canary, []int{1}, "token"},
	{"/root/.cargo/credentials", "token = \"" + canary + "\"", []int{1}, "token"},
	{"/root/.cargo/credentials.toml", "[registries.x]\ntoken = \"Bearer" + canary + "\"", []int{2}, "token"},
	{"/usr/local/cargo/credentials.toml", "token = \"" + canary + "\"", []int{1}, "token"},
	{"/root/.cargo/config.toml", "[registry]\ntoken = \"" + canary + "\"", []int{2}, "token"},
	{"/root/.m2/settings.xml", "<settings>\n<!-- <password>repopwd1</password> -->\n<server><password>" + canary + "</password></server></settings>", []int{3}, "password"},
	{"/root/.gradle/gradle.properties", "org.gradle.daemon=true\nnexusPassword=" + canary, []int{2}, "nexusPassword"},
	{"/root/.sbt/.credentials", "realm=x\npassword=" + canary, []int{2}, "password"},
	{"/root/.ivy2/.credentials", "password=" + canary, []int{1}, "password"},
	{"/root/.gem/credentials", "---\n:rubygems_api_key: " + canary, []int{2}, "rubygems_api_key"},
	{"/root/.bundle/config", "---\nBUNDLE_PATH: \"vendor\"\nBUNDLE_GEMS__EXAMPLE__NET: \"me:" + canary + "\"", []int{3}, "BUNDLE_GEMS__EXAMPLE__NET"},
	{"/root/.config/composer/auth.json", "{\"http-basic\": {\n\"repo.example.net\": {\"username\": \"u\", \"password\": \"" + canary + "\"}}}", []int{2}, "repo.example.net"},
	{"/root/.composer/auth.json", "{\"github-oauth\": {\"github.com\": \"" + canary + "\"}}", []int{1}, "github-oauth"},
	{"/app/auth.json", "{\"bearer\": {\"h\": \"" + canary + "\"}}", []int{1}, "bearer"},
	{"/app/nuget.config", "<configuration>\n<add key=\"ClearTextPassword\" value=\"" + canary + "\" />", []int{2}, "ClearTextPassword"},
	{"/root/.nuget/NuGet/NuGet.Config", "<add key=\"Password\" value=\"" + canary + "\" />", []int{1}, "Password"},
	{"/app/NuGet.config", "<add key=\"ClearTextPassword\" value=\"" + canary + "\" />", []int{1}, "ClearTextPassword"},
	{"/root/.hex/hex.config", "api_key: " + canary, []int{1}, "api_key"},
	{"/root/.config/dart/pub-credentials.json", "{\"refreshToken\":\"" + canary + "\"}", []int{1}, "refreshToken"},
	{"/root/.config/dart/pub-tokens.json", "{\"hosted\":[{\"token\":\"" + canary + "\"}]}", []int{1}, "token"},
	{"/app/terraform.tfstate", "{\"resources\":[{\"attributes\":{\n\"username\":\"u\",\n\"password\":\"" + canary + "\"}}]}", []int{3}, "password"},
	{"/app/terraform.tfstate.backup", "{\"private_key_pem\":\"" + canary + "\"}", []int{1}, "private_key_pem"},
	{"/app/prod.tfvars", "region = \"x\"\ndb_password = \"" + canary + "\"", []int{2}, "db_password"},
	{"/root/.terraformrc", "credentials \"h\" {\n  token = \"" + canary + "\"\n}", []int{2}, "token"},
	{"/root/.terraform.d/credentials.tfrc.json", "{\"credentials\":{\"h\":{\"token\":\"" + canary + "\"}}}", []int{1}, "token"},
	{"/root/.pulumi/credentials.json", "{\"accessTokens\":{\"https://h\":\"" + canary + "\"}}", []int{1}, "https://h"},
	{"/root/.vault-token", "hvs." + canary, []int{1}, "the token that it is"},
	{"/app/.env", "PORT=80\nexport API_KEY='" + canary + "'\nDATABASE_URL=postgres://u:" + canary + "@db/x", []int{2, 3}, "API_KEY"},
	{"/app/.env.production", "JWT_SECRET=" + canary, []int{1}, "JWT_SECRET"},
	{"/etc/app/prod.env", "DB_PASSWORD=" + canary, []int{1}, "DB_PASSWORD"},
	{"/app/.envrc", "export AWS_SECRET_ACCESS_KEY=" + canary, []int{1}, "AWS_SECRET_ACCESS_KEY"},
	{"/root/.my.cnf", "[client]\nuser=root\npassword=" + canary, []int{3}, "password"},
	{"/etc/mysql/my.cnf", "password = " + canary, []int{1}, "password"},
	{"/root/.mylogin.cnf", "password = " + canary, []int{1}, "password"},
	{"/root/.pgpass", "db:5432:*:me:" + canary, []int{1}, "a password"},
	{"/root/.pg_service.conf", "[x]\npassword=" + canary, []int{2}, "password"},
	{"/root/.config/rclone/rclone.conf", "[r]\ntype = s3\nsecret_access_key = " + canary, []int{3}, "secret_access_key"},
	{"/root/.rclone.conf", "pass = " + canary, []int{1}, "pass"},
	{"/root/.mc/config.json", "{\"hosts\":{\"x\":{\"secretKey\":\"" + canary + "\"}}}", []int{1}, "secretKey"},
	{"/root/.config/ngrok/ngrok.yml", "authtoken: " + canary, []int{1}, "authtoken"},
	{"/root/.ngrok2/ngrok.yml", "authtoken: " + canary, []int{1}, "authtoken"},
	{"/root/.msmtprc", "host h\npassword " + canary, []int{2}, "password"},
	{"/root/.fetchmailrc", "password " + canary, []int{1}, "password"},
	{"/etc/postfix/sasl_passwd", "[smtp.example.net]:587 me:" + canary, []int{1}, "a password"},
	{"/var/www/html/wp-config.php", "<?php\ndefine( 'DB_PASSWORD', '" + canary + "' );", []int{2}, "DB_PASSWORD"},
	{"/app/config/master.key", canary + canary, []int{1}, "the token that it is"},
	{"/app/config/credentials/production.key", canary + canary, []int{1}, "the token that it is"},
	{"/app/application-prod.properties", "spring.datasource.password=" + canary, []int{1}, "spring.datasource.password"},
	{"/app/application.yml", "spring:\n  datasource:\n    password: " + canary, []int{3}, "password"},
	{"/app/application.yaml", "    client-secret: " + canary, []int{1}, "client-secret"},
	{"/app/config/database.yml", "production:\n  password: " + canary, []int{2}, "password"},
	{"/app/config/secrets.yml", "  secret_key_base: " + canary, []int{1}, "secret_key_base"},
	{"/app/appsettings.Production.json", "{\"ConnectionStrings\":{\n\"Main\":\"Server=db;User Id=sa;Password=" + canary + ";\"},\n\"ApiKey\":\"" + canary + "\"}", []int{2, 3}, "Main"},
	{"/etc/nginx/.htpasswd", "me:$apr1$abcdefgh$" + canary + "aaaa", []int{1}, "me"},
	{"/etc/apache2/htpasswd", "me:{SHA}" + canary + "aaaa", []int{1}, "me"},
	{"/etc/shadow", "root:$6$salt$" + canary + canary + ":19000:0:99999:7:::\nbin:*:19000::::::\nx:!$6$a$b:1::::::", []int{1}, "root"},
	{"/etc/shadow-", "root:$y$j9T$salt$" + canary + ":19000:0:99999:7:::", []int{1}, "root"},
	{"/etc/wireguard/wg0.conf", "[Interface]\nPrivateKey = " + canary + "=", []int{2}, "PrivateKey"},
}

func split(p string) (dir, base string) { return path.Dir(p), path.Base(p) }

func TestSeeds(t *testing.T) {
	covered := map[*File]bool{}
	for _, s := range seeds {
		t.Run(s.path, func(t *testing.T) {
			f := At(split(s.path))
			if f == nil {
				t.Fatal("no file that holds credentials")
			}
			covered[f] = true
			var lines []int
			clues := f.Find([]byte(s.content))
			for _, c := range clues {
				lines = append(lines, 1+bytes.Count([]byte(s.content[:c.At]), []byte("\n")))
				if strings.Contains(c.What, canary) {
					t.Errorf("the value is told: %q", c.What)
				}
			}
			if !slices.Equal(lines, s.lines) || !strings.Contains(clues[0].What, s.what) {
				t.Errorf("lines %v, want %v; %v", lines, s.lines, clues)
			}
		})
	}
	all := table()
	n := len(all.globs)
	for _, list := range all.byBase {
		n += len(list)
		for _, f := range list {
			if !covered[f] {
				t.Errorf("no test of %s", f.end)
			}
		}
	}
	for _, f := range all.globs {
		if !covered[f] {
			t.Errorf("no test of %s", f.end)
		}
	}
	want := 0
	for line := range strings.Lines(filesText) {
		if !strings.HasPrefix(line, "#") && strings.TrimSpace(line) != "" {
			want++
		}
	}
	if n != want {
		t.Errorf("%d kinds are read of %d", n, want)
	}
}

func TestLookAlikes(t *testing.T) {
	for _, s := range [][2]string{
		{"/root/.npmrc", "//r.example.net/:_authToken=${NPM_TOKEN}\n;_auth=" + canary + "\nalways-auth=true\n//r.example.net/:_authToken=<token>"},
		{"/root/.netrc", "machine h login me\n# password " + canary + "\nmachine h login me password changeme"},
		{"/root/.docker/config.json", `{"auths":{"r.example":{}},"credsStore":"pass","credHelpers":{"gcr.io":"gcloud"}}`},
		{"/root/.kube/config", "users:\n- user:\n    exec:\n      command: aws\n    tokenFile: /var/run/t"},
		{"/root/.aws/config", "[default]\nregion = eu-central-1\nsso_start_url = https://x.example.net/start"},
		{"/root/.git-credentials", ""},
		{"/app/.git/config", "[remote \"origin\"]\n\turl = https://git.example.net/x\n\turl = git@git.example.net:x/y.git\n\turl = https://me@git.example.net/x"},
		{"/root/.m2/settings.xml", "<server><password>${env.NEXUS}</password></server><server><password>{COQLCE6DU6GtcS5P=}</password></server>"},
		{"/usr/share/maven/conf/settings.xml", "<settings><!--\n<password>repopwd9</password>\n--></settings>"},
		{"/root/.gradle/gradle.properties", "org.gradle.jvmargs=-Xmx2g\nsigning.keyId=24875D73\ntoken.file=/x/y"},
		{"/root/.bundle/config", "BUNDLE_PATH: \"/usr/local/bundle\"\nBUNDLE_BUILD__NOKOGIRI: \"--use-system-libraries\"\nBUNDLE_MIRROR__HTTPS://RUBYGEMS__ORG/: \"https://mirror.example.net\""},
		{"/app/auth.json", `{"user":"x","scopes":["read"]}`},
		{"/app/nuget.config", `<add key="nuget.org" value="https://api.nuget.org/v3/index.json" /><add key="ClearTextPassword" value="%NUGET_TOKEN%" />`},
		{"/app/.env", "PORT=80\nAPI_KEY=\nTOKEN=${TOKEN}\nDB_PASSWORD_FILE=/run/secrets/db\nSECRET=changeme\nKEYBOARD=qwertz-layout\nAUTHOR=somebody-else"},
		{"/app/config/database.yml", "production:\n  password: <%= ENV['DB_PASSWORD'] %>"},
		{"/var/www/html/wp-config.php", "define( 'DB_PASSWORD', getenv_docker('WORDPRESS_DB_PASSWORD', 'example password') );\ndefine( 'DB_PASSWORD', 'password_here' );"},
		{"/app/appsettings.json", `{"ConnectionStrings":{"Main":"Server=db;Integrated Security=true"},"Logging":{"LogLevel":"Information"},"TokenLifetime":"1.00:00:00"}`},
		{"/etc/shadow", "root:*:19000:0:99999:7:::\ndaemon:!:1::::::\nx::1::::::\n"},
		{"/app/values.yaml", "kind: Secret\ndata:\n  password: {{ .Values.password | b64enc }}\n"},
		{"/app/crd.yaml", "kind: ExternalSecret\nspec:\n  data:\n  - secretKey: " + canary},
		{"/app/config.json", `{"type":"service_account","private_key":"-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----"}`},
		{"/app/terraform.tfstate", `{"resources":[{"attributes":{"id":"x","password":"","token":null}}]}`},
		{"/root/.pgpass", "# host:5432:db:user:" + canary + "\n*:*:*:me:*"},
		{"/root/.vault-token", "\n"},
	} {
		f := At(split(s[0]))
		if f == nil {
			t.Errorf("%s is no file that holds credentials", s[0])
			continue
		}
		if clues := f.Find([]byte(s[1])); len(clues) > 0 {
			t.Errorf("%s: %v", s[0], clues)
		}
	}
	for _, p := range []string{"/app/.env.example", "/app/.env.sample", "/app/application-example.yml", "/app/x.go", "/app/config.json.j2", "/app/token", "/app/config", "/etc/config.toml"} {
		if f := At(split(p)); f != nil {
			t.Errorf("%s is taken for %s", p, f.What)
		}
	}
}

// FuzzFind gives one content to every kind of file: nothing panics, and what is found
// lies in it.
func FuzzFind(f *testing.F) {
	for _, s := range seeds {
		f.Add([]byte(s.content))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, s := range seeds {
			for _, c := range At(split(s.path)).Find(data) {
				if c.At < 0 || c.At >= max(1, len(data)) {
					t.Fatalf("%s: %+v in %d bytes", s.path, c, len(data))
				}
			}
		}
	})
}
