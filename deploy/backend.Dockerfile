# The backend image: the agent, and nothing that is not needed to run it. What is in it and why: docs/deployable-runtime-contract.md
#
#   docker build -f deploy/backend.Dockerfile -t holdfast-backend \
#     --build-arg BUILD_BASE=node@sha256:… --build-arg BACKEND_BASE=gcr.io/distroless/cc-debian12@sha256:… .
#
# Both bases have no default: whoever builds names each by its digest.

# With Node 20.19 or later, npm and glibc: where it is built, and nothing of it ships.
ARG BUILD_BASE
# With glibc and libstdc++, without a shell and without a package manager.
ARG BACKEND_BASE

FROM ${BUILD_BASE} AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
# The list in src/domain/image/images.ts says what goes in; a test holds the lines below against it.
RUN node tools/assemble-image.mjs backend /image

FROM ${BACKEND_BASE}
COPY --from=build /image/opt/holdfast/bin/node /opt/holdfast/bin/node
COPY --from=build /image/opt/holdfast/bin/LICENSE /opt/holdfast/bin/LICENSE
COPY --from=build /image/opt/holdfast/current/node_modules /opt/holdfast/current/node_modules
COPY --from=build /image/opt/holdfast/current/package.json /opt/holdfast/current/package.json
COPY --from=build /image/opt/holdfast/current/image.json /opt/holdfast/current/image.json
COPY --from=build /image/opt/holdfast/current/deploy/runtime-contract.json /opt/holdfast/current/deploy/runtime-contract.json
COPY --from=build /image/opt/holdfast/current/deploy/image/livez.mjs /opt/holdfast/current/deploy/image/livez.mjs
COPY --from=build /image/opt/holdfast/current/build/agent /opt/holdfast/current/build/agent
COPY --from=build /image/opt/holdfast/current/dist /opt/holdfast/current/dist
COPY --from=build /image/run/holdfast /run/holdfast
COPY --from=build /image/var/lib/holdfast /var/lib/holdfast

ENV NODE_ENV=production
USER 10001:10001
EXPOSE 8787
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s --retries=3 \
  CMD ["/opt/holdfast/bin/node", "/opt/holdfast/current/deploy/image/livez.mjs"]
ENTRYPOINT ["/opt/holdfast/bin/node", "/opt/holdfast/current/build/agent/holdfast.js"]
CMD ["serve"]
