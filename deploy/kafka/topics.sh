#!/bin/sh
# Makes the topics, with as many partitions each, so that one key is in the same partition of all of them. Does nothing where they are there.
#   topics.sh BOOTSTRAP [PARTITIONS] [REPLICAS]
set -eu
bootstrap=$1 partitions=${2:-12} replicas=${3:-1}
for topic in shipments scans manifests positions commands refused notifications instructions; do
  largest=131072
  [ "$topic" != manifests ] || largest=1048576
  /opt/kafka/bin/kafka-topics.sh --bootstrap-server "$bootstrap" --create --if-not-exists --topic "tracking.$topic" \
    --partitions "$partitions" --replication-factor "$replicas" --config "max.message.bytes=$largest"
done
