# The test as a container, for clients that have no shell:
#   docker build --tag test-connection .
#   docker run --rm test-connection -z <name in a zone> https://app.example.com/
# Run it where your clients run. BASE_IMAGE has to hold a POSIX shell with its usual tools, and curl 7.68 or later.
ARG BASE_IMAGE=public.ecr.aws/amazonlinux/amazonlinux:2023
FROM ${BASE_IMAGE}
COPY test-connection.sh /test-connection.sh
USER 1000:1000
ENTRYPOINT ["sh", "/test-connection.sh"]
