package cause

// The causes that are named where nothing of a file's content is looked at.
const (
	Timestamps = "timestamps"
	Created    = "created"
	Unpinned   = "unpinned-base"
	Context    = "context-changed"
	Download   = "download"
	Packing    = "archive-order"
)

// All are the known causes. A cause of which no more is known than its name has no place
// here: each says what to do.
func All() []Cause {
	return []Cause{
		{
			Timestamps, "Files keep the time at which the build wrote them.",
			"Build with SOURCE_DATE_EPOCH, a build argument, and the export option rewrite-timestamp=true; here, --source-date-epoch and --rewrite-timestamp.",
		},
		{
			Created, "The image says when it and each of its steps were made.",
			"Build with SOURCE_DATE_EPOCH, a build argument: --build-arg SOURCE_DATE_EPOCH=$(git log -1 --format=%ct).",
		},
		{
			Unpinned, "The base image is another one: its tag was moved between the two builds.",
			"Name it by digest, FROM name:tag@sha256:…, and have a bot raise that.",
		},
		{
			Context, "The file was another one in the build context.",
			"Leave what changes while building out of the context, with .dockerignore.",
		},
		{
			Download, "What was downloaded was another file.",
			"Give ADD the --checksum of what you expect, or name a commit instead of a branch.",
		},
		{
			Packing, "The layer's archive lists its files in another order.",
			"Have a builder make the layer that sorts them, as BuildKit does; of an archive that ADD unpacks, pack it with tar --sort=name.",
		},
		{
			"gzip-time", "gzip keeps the time and the name of what it packed.",
			"Pack with gzip -n.",
		},
		{
			"tar-times", "The archive keeps when its files were written.",
			"Pack with tar --sort=name --mtime=@$SOURCE_DATE_EPOCH --owner=0 --group=0 --numeric-owner.",
		},
		{
			"tar-owners", "The archive keeps whose its files were.",
			"Pack with tar --owner=0 --group=0 --numeric-owner.",
		},
		{
			"tar-order", "The archive lists its files in the order in which the file system gave them.",
			"Pack with tar --sort=name.",
		},
		{
			"zip-times", "The archive (zip, jar, whl) keeps when its files were written.",
			"Give all files one time before they are packed, or have the tool do so: zip -X after touch -d @$SOURCE_DATE_EPOCH, jar --date, project.build.outputTimestamp of Maven, preserveFileTimestamps = false of Gradle.",
		},
		{
			"zip-order", "The archive (zip, jar, whl) lists its files in the order in which the file system gave them.",
			"Hand the files over sorted: find . -type f | LC_ALL=C sort | zip -X -@; reproducibleFileOrder = true of Gradle.",
		},
		{
			"ar-times", "The archive of objects keeps the times, owners and modes of its members.",
			"Use ar and ranlib with D, as in ar rcsD.",
		},
		{
			"pyc-time", "Compiled Python keeps the time of its source.",
			"Set PYTHONDONTWRITEBYTECODE=1, or compile with python -m compileall --invalidation-mode unchecked-hash.",
		},
		{
			"pyc-order", "Compiled Python has sets in the order of hashes, which is another for each process.",
			"Set PYTHONHASHSEED=0 where Python compiles, or PYTHONDONTWRITEBYTECODE=1.",
		},
		{
			"go-build", "The Go program was built of something else, or says so: its build ID or its build information differ.",
			"Build with go build -trimpath -buildvcs=false, and put no time into -ldflags.",
		},
		{
			"build-id", "The program differs in nothing but its build ID, a checksum that the linker made of what it linked, with names of temporary files in it.",
			"Compile with -ffile-prefix-map=$PWD=. and without temporary names, or link with -Wl,--build-id=none.",
		},
		{
			"unpinned-packages", "Packages of other versions were installed.",
			"Name the versions, or take the packages from a snapshot of the archive (snapshot.debian.org, or a mirror of a day).",
		},
		{
			"package-log", "The package manager keeps a log with times.",
			"Remove it in the same RUN: rm -f /var/log/dpkg.log /var/log/alternatives.log /var/log/apt/*; or mount --mount=type=tmpfs,target=/var/log.",
		},
		{
			"package-cache", "The package manager keeps lists and caches of what it downloaded.",
			"Remove them in the same RUN (rm -rf /var/lib/apt/lists/* /var/cache/apt/*, apk add --no-cache), or mount --mount=type=cache.",
		},
		{
			"ldconfig-cache", "ldconfig keeps inode numbers and times of libraries.",
			"Remove it in the same RUN: rm -f /var/cache/ldconfig/aux-cache.",
		},
		{
			"npm-cache", "npm keeps a cache and logs with times.",
			"Mount --mount=type=cache,target=/root/.npm, or run npm cache clean --force and rm -rf /root/.npm/_logs in the same RUN.",
		},
		{
			"tool-cache", "A tool keeps a cache in the home directory.",
			"Mount --mount=type=cache there, or remove it in the same RUN.",
		},
		{
			"rpm-database", "The RPM database keeps when each package was installed.",
			"Declare ARG SOURCE_DATE_EPOCH in the stage: rpm takes it for that time from 4.18 on. Or leave the database out of the final stage.",
		},
		{
			"sqlite", "A database (SQLite) was written with other content, or in another order.",
			"Make it in one transaction of sorted statements and VACUUM it, or do not ship it.",
		},
		{
			"shadow-day", "The day on which a password was changed stands in the file.",
			"Set it when the user is made: chage -d 0 NAME, or useradd with SOURCE_DATE_EPOCH in its environment.",
		},
		{
			"machine-id", "A number was drawn that names this machine.",
			"Empty it in the same RUN: truncate -s 0 /etc/machine-id; it is drawn when a container starts.",
		},
		{
			"host-keys", "Keys were made for a server of SSH, and everybody who gets the image has them.",
			"Remove them in the same RUN, rm -f /etc/ssh/ssh_host_*, and make them when the container starts.",
		},
		{
			"certificate", "A key or a certificate was made while building, and everybody who gets the image has it.",
			"Make it when the container starts, or mount it as a secret.",
		},
		{
			"line-order", "The same lines stand there in another order: that of a directory, of a hash table or of processes side by side.",
			"Sort before writing: LC_ALL=C sort, sorted keys, ls instead of find.",
		},
		{
			"uuid", "A UUID was drawn.",
			"Derive it from what it names (UUID version 5), or draw it when the container starts.",
		},
		{
			"date", "The time of the build stands in the file.",
			"Have the tool use SOURCE_DATE_EPOCH, which a stage gets by ARG SOURCE_DATE_EPOCH: date -u -d @$SOURCE_DATE_EPOCH, with LC_ALL=C and TZ=UTC; or leave the time out.",
		},
		{
			"temporary-path", "The name of a temporary file or directory stands in the file.",
			"Work in a directory of a fixed name; compile with -ffile-prefix-map or go build -trimpath.",
		},
		{
			"random", "Random bytes stand in the file, or a checksum of something that differs.",
			"Look for what is drawn: a seed, a salt, a token. Draw it when the container starts, or give it as a build argument.",
		},
		{
			"log", "A log was written while building.",
			"Remove it in the same RUN, or mount --mount=type=tmpfs where it is written.",
		},
		{
			"temporary-name", "A temporary file stays behind, under a name that is another one each time.",
			"Remove it in the same RUN, or mount --mount=type=tmpfs,target=/tmp.",
		},
		{
			"dated-name", "A file has the time of the build in its name.",
			"Name it otherwise, or remove it in the same RUN.",
		},
		{
			"hashed-name", "A file is named after a checksum of what is in it, and that differs.",
			"Look at what differs in it; the name follows.",
		},
	}
}
