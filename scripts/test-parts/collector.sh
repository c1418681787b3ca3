# Sourced by scripts/install-test-parts: what the tests of telemetry start.
# VIGIE_TEST_COLLECTOR, VIGIE_TEST_PROMETHEUS and VIGIE_TEST_PROMTOOL name programs that are left alone.

# The version of the builder; the parts' versions stand in deploy/otel/builder.yaml.
collector_builder=v0.155.0

# Whether Prometheus and its tool for rules are there, or are named.
has_prometheus() {
    { [ -n "${VIGIE_TEST_PROMETHEUS:-}" ] || command -v prometheus >/dev/null; } &&
        { [ -n "${VIGIE_TEST_PROMTOOL:-}" ] || command -v promtool >/dev/null; }
}

# Builds the collector into target/tools, unless there is one that was built from the same manifest.
install_collector() {
    [ -z "${VIGIE_TEST_COLLECTOR:-}" ] || return 0
    local manifest=$PWD/deploy/otel/builder.yaml tools=$PWD/target/tools built
    built="$collector_builder $(sha256sum <"$manifest" | cut -d ' ' -f 1)"
    [ -x "$tools/otelcol" ] && [ "$(cat "$tools/otelcol.built-from" 2>/dev/null)" = "$built" ] && return 0
    command -v go >/dev/null || {
        echo "the OpenTelemetry collector is missing, and so is Go to build it: install Go, or set VIGIE_TEST_COLLECTOR" >&2
        return 1
    }
    echo "building the OpenTelemetry collector (a minute or two)"
    local work
    work=$(mktemp -d)
    mkdir -p "$tools"
    if build_collector "$manifest" "$work" >"$work/log" 2>&1; then
        # By rename, so that a run that is broken off leaves no half program.
        mv "$work/otelcol/otelcol" "$tools/otelcol.new" && mv "$tools/otelcol.new" "$tools/otelcol"
        echo "$built" >"$tools/otelcol.built-from"
        rm -rf "$work"
    else
        tail -n 20 "$work/log" >&2
        rm -rf "$work"
        return 1
    fi
}

# The builder writes the sources; its own `go mod tidy` would fetch what only the parts' tests import as well.
build_collector() (
    export GOFLAGS=-mod=mod CGO_ENABLED=0
    GOBIN=$2 go install "go.opentelemetry.io/collector/cmd/builder@$collector_builder" &&
        "$2/builder" --config "$1" --output-path "$2/otelcol" --skip-get-modules --skip-compilation &&
        cd "$2/otelcol" && go mod init otelcol || exit
    local module
    for module in $(sed -n 's/^ *- gomod: \([^ ]*\) \(.*\)$/\1@\2/p' "$1") \
        "go.opentelemetry.io/collector/otelcol@$collector_builder"; do
        go mod edit -require="$module" || exit
    done
    go build -trimpath -ldflags='-s -w' -o otelcol
)
