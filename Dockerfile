# syntax=docker/dockerfile:1

# The files that decide the restore, alone, so that its layer is kept until one of them changes.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS projects
WORKDIR /src
COPY . .
RUN find . -type f ! -name '*.csproj' ! -name '*.props' ! -name packages.lock.json ! -name global.json -delete

FROM node:22-slim AS pages
WORKDIR /src/services/Gateway/Web
COPY services/Gateway/Web .
RUN SMARTQUEUE_PAGES=required ./build

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /src
COPY --from=projects /src .
RUN dotnet restore services/Host/SmartQueue.Host.csproj -p:ReadyToRun=true
COPY . .
COPY --from=pages /src/services/Gateway/Web/dist services/Gateway/Web/dist
RUN dotnet publish services/Host/SmartQueue.Host.csproj -c Release --no-restore -p:ReadyToRun=true -o /app && mkdir /data

# No shell and no package manager; "extra" has the time zones and the cultures.
FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled-extra
WORKDIR /app
COPY --from=build /app .
COPY --from=build --chown=$APP_UID:$APP_UID /data /data
# The base image's own port setting would only be overridden, with a warning.
ENV SMARTQUEUE_BIND=0.0.0.0 \
    SMARTQUEUE_DATA=/data \
    ASPNETCORE_HTTP_PORTS=
VOLUME /data
EXPOSE 4000-4005
USER $APP_UID
# For the process with the gateway in it. One that hosts another service only needs --url, as in docker-compose.yml.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --start-interval=2s \
  CMD ["dotnet", "smartqueue.dll", "health"]
ENTRYPOINT ["dotnet", "smartqueue.dll"]
