# The frontend image: nginx, the built console, and nothing else. What is in it and why: docs/deployable-runtime-contract.md
#
#   docker build -f deploy/frontend.Dockerfile -t holdfast-frontend \
#     --build-arg BUILD_BASE=node@sha256:… --build-arg FRONTEND_BASE=nginx@sha256:… .
#
# Both bases have no default: whoever builds names each by its digest.

# With Node 20.19 or later, npm and glibc: where it is built, and nothing of it ships.
ARG BUILD_BASE
# nginx 1.22 or later on Alpine, in its slim form.
ARG FRONTEND_BASE

FROM ${BUILD_BASE} AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
# The list in src/domain/image/images.ts says what goes in; a test holds the lines below against it.
RUN node tools/assemble-image.mjs frontend /image

# The package manager takes itself away, and its database says so.
FROM ${FRONTEND_BASE} AS nginx
USER root
RUN apk del --no-network --purge apk-tools && rm -rf /docker-entrypoint.sh /docker-entrypoint.d /etc/nginx/conf.d

# From nothing, so that no layer below holds what was taken away.
FROM scratch
COPY --from=nginx / /
COPY --from=build /image/opt/holdfast/current/image.json /opt/holdfast/current/image.json
COPY --from=build /image/etc/nginx/nginx.conf /etc/nginx/nginx.conf
COPY --from=build /image/etc/holdfast/nginx /etc/holdfast/nginx
COPY --from=build /image/opt/holdfast/current/dist /opt/holdfast/current/dist
COPY --from=build /image/run/holdfast /run/holdfast
COPY --from=build /image/var/lib/holdfast /var/lib/holdfast

USER 10001:10001
EXPOSE 8780
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s --retries=3 \
  CMD ["/usr/bin/wget", "-q", "-O", "/dev/null", "--header", "Host: frontend.health", "http://127.0.0.1:8780/"]
ENTRYPOINT ["/usr/sbin/nginx", "-e", "stderr"]
