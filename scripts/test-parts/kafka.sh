# Sourced by scripts/install-test-parts: a broker and a client of it on the command line.
# VIGIE_TEST_KAFKA (a running broker's host:port) and VIGIE_TEST_KCAT (a program) are left alone.

kafka_pom=scripts/test-parts/kafka-pom.xml
kafka_jars=target/tools/kafka

has_kafka() {
    [ -n "${VIGIE_TEST_KAFKA:-}" ] || cmp -s "$kafka_pom" "$kafka_jars/kafka-pom.xml"
}

# Prints the packages that are missing to fetch and start the broker, and to talk to it.
missing_for_kafka() {
    [ -n "${VIGIE_TEST_KCAT:-}" ] || command -v kcat >/dev/null || echo kcat
    [ -n "${VIGIE_TEST_KAFKA:-}${VIGIE_TEST_JAVA:-}" ] || command -v java >/dev/null || echo default-jre-headless
    has_kafka || command -v mvn >/dev/null || echo maven
}

# Fetches the jars, unless they are those that the file asks for.
install_kafka() {
    ! has_kafka || return 0
    echo "fetching the jars of Apache Kafka"
    # Renamed into place, so that a fetch cut short leaves nothing that looks whole.
    rm -rf "$kafka_jars.new"
    mvn --quiet --batch-mode --file "$kafka_pom" -DincludeScope=runtime -DoutputDirectory="$PWD/$kafka_jars.new" \
        org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies |
        sed 's/\x1b\[[0-9;]*m//g; /^$/d' || {
        echo "Apache Kafka could not be fetched: see above, or set VIGIE_TEST_KAFKA to a broker's host:port" >&2
        return 1
    }
    cp "$kafka_pom" "$kafka_jars.new/"
    rm -rf "$kafka_jars"
    mv "$kafka_jars.new" "$kafka_jars"
    # Without it every start takes three times as much CPU, and nothing else is different.
    archive_kafka_classes >/dev/null 2>&1 || true
}

# Starts and stops a broker once, for the virtual machine to write down the classes that it loaded.
archive_kafka_classes() (
    java=${VIGIE_TEST_JAVA:-java}
    # The archive holds for the class path that it was made with, letter by letter.
    jars=$(realpath "$kafka_jars")
    port=$((10000 + $$ % 22000))
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    cd "$work"
    printf '%s\n' process.roles=broker,controller node.id=1 "log.dirs=$work/data" \
        "controller.quorum.voters=1@127.0.0.1:$port" controller.listener.names=CONTROLLER \
        "listeners=PLAINTEXT://127.0.0.1:$((port - 1)),CONTROLLER://127.0.0.1:$port" >server.properties
    "$java" -cp "$jars/*" kafka.tools.StorageTool format -t VigieTestKitCluster001 -c server.properties
    "$java" -XX:ArchiveClassesAtExit="$work/classes.jsa" -cp "$jars/*" kafka.Kafka server.properties &
    for ((tick = 0; tick < 600; tick++)); do
        ! (exec 3<>"/dev/tcp/127.0.0.1/$((port - 1))") && kill -0 "$!" || break
        sleep 0.1
    done
    kill "$!"
    # By its own account, ended by a signal.
    wait "$!" || true
    mv classes.jsa "$jars/"
)
