using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Errors;
using SmartQueue.Hosting.Modules;

namespace SmartQueue.Gateway;

/// <summary>What every request from outside passes: security headers, CORS, the origin check of the hub and rate limits.</summary>
internal sealed class EdgePipeline : IPipelineStep, IDisposable
{
    private const int OperatorFactor = 10;
    private const int BurstSeconds = 4;
    private const int TokenFactor = 4;

    private readonly EdgeOptions options;
    private readonly ModuleContext process;
    private readonly PartitionedRateLimiter<HttpContext> limiter;

    public EdgePipeline(EdgeOptions options, ModuleContext process)
    {
        this.options = options;
        this.process = process;
        // Whoever invents tracking tokens still has one address, so both limits hold for them.
        limiter = PartitionedRateLimiter.CreateChained(
            PartitionedRateLimiter.Create<HttpContext, string>(ByCaller), PartitionedRateLimiter.Create<HttpContext, string>(ByAddress));
    }

    public void Use(IApplicationBuilder app)
    {
        app.Use(AddSecurityHeaders);
        app.UseCors();
        app.Use(CheckHubOrigin);
        app.Use(LimitRateAsync);
    }

    public void Dispose() => limiter.Dispose();

    private static Task AddSecurityHeaders(HttpContext context, RequestDelegate next)
    {
        // At the last moment, since whoever turns an exception into an answer clears the headers first.
        context.Response.OnStarting(SetSecurityHeaders, context);
        return next(context);
    }

    private static Task SetSecurityHeaders(object state)
    {
        var context = (HttpContext)state;
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.XFrameOptions = "DENY";
        if (context.Request.IsHttps) headers.StrictTransportSecurity = "max-age=31536000";
        headers.ContentSecurityPolicy = context.Request.Path.StartsWithSegments("/docs", StringComparison.Ordinal)
            // The documentation page brings its own script and style within it.
            ? "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
            : "default-src 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
        return Task.CompletedTask;
    }

    private static bool IsExempt(HttpContext context) =>
        InnerCall.Is(context) || context.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal) || context.Request.Path.StartsWithSegments("/metrics", StringComparison.Ordinal);

    private static RateLimitPartition<string> Bucket(string key, int perSecond) => RateLimitPartition.GetTokenBucketLimiter(key, _ => new TokenBucketRateLimiterOptions
    {
        TokenLimit = perSecond * BurstSeconds,
        TokensPerPeriod = perSecond,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        AutoReplenishment = true,
        QueueLimit = 0,
    });

    private static RateLimitPartition<string> Unlimited() => RateLimitPartition.GetNoLimiter("");

    private static string Address(HttpContext context) => context.Connection.RemoteIpAddress?.ToString() ?? "";

    private RateLimitPartition<string> ByCaller(HttpContext context)
    {
        if (options.PerAccount == 0 || IsExempt(context)) return Unlimited();
        var caller = Caller.Of(context);
        if (caller.UserId is not null) return Bucket("u " + caller.UserId + caller.Role, caller.IsOperator ? options.PerAccount * OperatorFactor : options.PerAccount);
        return caller.TrackingToken is null
            ? Unlimited()
            : Bucket("t " + Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(caller.TrackingToken)).AsSpan(0, 16)), options.PerAccount);
    }

    private RateLimitPartition<string> ByAddress(HttpContext context)
    {
        if (options.PerAddress == 0 || IsExempt(context)) return Unlimited();
        var caller = Caller.Of(context);
        if (caller.UserId is not null) return Unlimited();
        return caller.TrackingToken is null ? Bucket("a " + Address(context), options.PerAddress) : Bucket("b " + Address(context), options.PerAddress * TokenFactor);
    }

    // Browsers do not apply CORS to WebSockets: another site's page could open one with what the browser knows of the person.
    private Task CheckHubOrigin(HttpContext context, RequestDelegate next)
    {
        var origin = context.Request.Headers.Origin.ToString();
        if (origin.Length == 0 || !context.Request.Path.StartsWithSegments("/hubs", StringComparison.OrdinalIgnoreCase)) return next(context);
        return options.Origins.Contains(origin) || options.Origins is ["*"] || IsOwn(origin, context.Request)
            ? next(context)
            : throw new RefusedException(ErrorCodes.Forbidden, "Pages of this origin may not connect; see CORS_ORIGINS.");
    }

    // The same host as the page's proves little: whoever owns a domain lets its name lead to this machine, and their page is of "this host"
    // (DNS rebinding). Where the public name is known, only that one counts, and what no public DNS answers for: addresses and local names.
    private bool IsOwn(string origin, HttpRequest request)
    {
        if (origin == process.PublicUrl.GetLeftPart(UriPartial.Authority)) return true;
        return origin == $"{request.Scheme}://{request.Host}" && (!process.PublicUrlIsSet || IsLocalName(request.Host.Host));
    }

    private static bool IsLocalName(string host) =>
        !host.Contains('.', StringComparison.Ordinal) || host.EndsWith(".local", StringComparison.OrdinalIgnoreCase) || IPAddress.TryParse(host, out _);

    private async Task LimitRateAsync(HttpContext context, RequestDelegate next)
    {
        using var lease = await limiter.AcquireAsync(context, cancellationToken: context.RequestAborted);
        if (lease.IsAcquired)
        {
            await next(context);
            return;
        }

        GatewayMetrics.RateLimited.Add(1);
        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var retry) ? retry : TimeSpan.FromSeconds(1);
        throw new RefusedException(ErrorCodes.RateLimited, string.Create(CultureInfo.InvariantCulture, $"Too many requests. Try again in {Math.Max(1, (int)wait.TotalSeconds)} s."))
        {
            RetryAfter = wait,
        };
    }
}
