# The server, as `npm start` runs it, from built packages and production dependencies alone.
FROM node:24.21.0-bookworm-slim AS manifests
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY examples/package.json examples/
COPY packages/core/package.json packages/core/
COPY packages/adapters-http/package.json packages/adapters-http/
COPY packages/adapters-quota/package.json packages/adapters-quota/
COPY packages/server/package.json packages/server/
COPY packages/upstream-simulator/package.json packages/upstream-simulator/
COPY packages/demo/package.json packages/demo/

FROM manifests AS build
# The Node that the root manifest brings for machines with an older one is not needed here.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.base.json ./
COPY packages packages
RUN npm run build

FROM manifests AS dependencies
RUN npm ci --ignore-scripts --no-audit --no-fund --omit=dev --workspace=@scnmnt/server

FROM node:24.21.0-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 QUOTA_STORE_URL=sqlite:/data/quota.db
ENV MALLOC_ARENA_MAX=1 MALLOC_MMAP_THRESHOLD_=16384
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/packages/core/package.json packages/core/
COPY --from=build /app/packages/core/dist packages/core/dist
COPY --from=build /app/packages/adapters-http/package.json packages/adapters-http/
COPY --from=build /app/packages/adapters-http/dist packages/adapters-http/dist
COPY --from=build /app/packages/adapters-quota/package.json packages/adapters-quota/
COPY --from=build /app/packages/adapters-quota/dist packages/adapters-quota/dist
COPY --from=build /app/packages/server/package.json packages/server/
COPY --from=build /app/packages/server/dist packages/server/dist
RUN install -d -o node -g node -m 700 /data
USER node
VOLUME /data
EXPOSE 3000
# Alive is enough: a node that has lost its database says so at /readyz, and goes on once it is back.
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "--max-semi-space-size=8", "--max-old-space-size=1024", "packages/server/dist/main.js"]
CMD ["serve"]
