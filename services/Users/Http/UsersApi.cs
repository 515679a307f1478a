using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Routing;
using SmartQueue.Hosting.Auth;
using SmartQueue.Hosting.Http;
using SmartQueue.Hosting.Modules;
using SmartQueue.Hosting.OpenApi;
using SmartQueue.Users.Credentials;
using SmartQueue.Users.Domain;
using SmartQueue.Users.Storage;

namespace SmartQueue.Users.Http;

/// <summary>HTTP in and out.</summary>
internal static class UsersApi
{
    private const string Authentication = "Authentication";
    private const string AboutAuthentication = "Signing in and out, links by mail, and the keys that access tokens are signed with.";
    private const string Users = "Users";
    private const string AboutUsers = "Accounts, their roles and sessions.";
    private const int MaxName = 100;
    private const int MaxToken = 4096;
    private const int MinPin = 4;
    private const int MaxPin = 8;
    private const int MaxBranches = 200;
    private const int MaxId = 64;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var auth = routes.MapGroup("/api/auth").WithTag(Authentication, AboutAuthentication);
        auth.MapPost("/register", RegisterAsync).WithName("Register").WithSummary("Make an account").TakesIdempotencyKey();
        auth.MapPost("/login", LoginAsync)
            .WithName("Login")
            .WithSummary("Sign in")
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden);
        auth.MapPost("/refresh", RefreshAsync)
            .WithName("Refresh")
            .WithSummary("Get the next pair of tokens")
            .ProducesProblem(StatusCodes.Status401Unauthorized);
        auth.MapPost("/logout", LogoutAsync).WithName("Logout").WithSummary("End a session").TakesIdempotencyKey();
        auth.MapPost("/forgot", ForgotAsync)
            .WithName("ForgotPassword")
            .WithSummary("Ask for a link to a new password")
            .TakesIdempotencyKey();
        auth.MapPost("/reset", ResetAsync).WithName("ResetPassword").WithSummary("Set a new password by a link").TakesIdempotencyKey();
        auth.MapPost("/verify-email", VerifyEmailAsync)
            .WithName("VerifyEmail")
            .WithSummary("Prove an email address by a link")
            .TakesIdempotencyKey();
        auth.MapPost("/accept", AcceptAsync)
            .WithName("AcceptInvitation")
            .WithSummary("Make the account you were invited to")
            .TakesIdempotencyKey();
        auth.MapPost("/pins", SealPinAsync).WithName("SealPin").WithSummary("Make what a kiosk keeps of the PIN that staff leave it with");
        auth.MapPost("/pins/check", CheckPinAsync)
            .WithName("CheckPin")
            .WithSummary("Try the PIN of a kiosk")
            .ProducesProblem(StatusCodes.Status401Unauthorized);
        var invitations = auth.MapGroup("/invitations").WithParameter("id", "The invitation's id.").RequireAuthorization(Policies.Admin);
        invitations.MapPost("", InviteAsync).WithName("Invite").WithSummary("Invite somebody to the staff").TakesIdempotencyKey();
        invitations.MapGet("", ListInvitationsAsync).WithName("ListInvitations").WithSummary("Open invitations");
        invitations.MapDelete("/{id}", RemoveInvitationAsync).WithName("RemoveInvitation").WithSummary("Take an invitation back");

        routes
            .MapPost("/api/users/verify", VerifyAsync)
            .WithTag(Users, AboutUsers)
            .WithName("VerifyToken")
            .WithSummary("What an access token says");
        var users = routes
            .MapGroup("/api/users")
            .WithTag(Users, AboutUsers)
            .WithParameter("id", "The account's id.")
            .WithParameter("role", "Only those of this role: `user`, `operator` or `admin`.")
            .WithParameter("q", "Only those whose name or email address contains this.")
            .RequireAuthorization(Policies.SignedIn);
        users.MapGet("/", ListAsync).RequireAuthorization(Policies.Admin).WithName("ListUsers").WithSummary("Accounts");
        users
            .MapGet("/by-ids", ByIdsAsync)
            .WithName("GetUsersByIds")
            .WithSummary("Several accounts (?ids=), each as you may see it")
            .Produces<IReadOnlyList<UserView>>()
            .Produces<IReadOnlyList<UserNameView>>();
        users.MapGet("/me", MeAsync).WithName("GetMe").WithSummary("Your account").GivesEntityTag();
        users
            .MapPost("/me/verification", MailVerificationAsync)
            .WithName("MailVerification")
            .WithSummary("Have a link mailed that proves your address")
            .TakesIdempotencyKey()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
        users.MapGet("/me/sessions", SessionsAsync).WithName("ListSessions").WithSummary("Where you are signed in");
        users
            .MapDelete("/me/sessions/{id}", EndSessionAsync)
            .WithName("EndSession")
            .WithSummary("Sign out in one of these places")
            .WithParameter("id", "The session's id.");
        users
            .MapPost("/{id}/reset-link", MakeResetLinkAsync)
            .RequireAuthorization(Policies.Admin)
            .WithName("MakeResetLink")
            .WithSummary("Make a link to a new password to hand over")
            .TakesIdempotencyKey();
        users.MapGet("/{id}", GetAsync).WithName("GetUser").WithSummary("An account; operators see names only").GivesEntityTag();
        users
            .MapPut("/{id}", UpdateAsync)
            .WithName("UpdateUser")
            .WithSummary("Change an account")
            .TakesIfMatch()
            .GivesEntityTag()
            .ProducesProblem(StatusCodes.Status409Conflict);
        users.MapDelete("/{id}", EraseAsync).WithName("EraseUser").WithSummary("Erase an account and its personal data").TakesIfMatch();

        var keys = routes.MapGroup("/.well-known").WithTag(Authentication, AboutAuthentication);
        keys.MapGet("/openid-configuration", Discovery).WithName("GetDiscovery").WithSummary("Where the signing keys are");
        keys.MapGet("/jwks.json", KeysAsync).WithName("GetKeys").WithSummary("The signing keys (RFC 7517)");
        keys.MapGet("/revoked-tokens", RevokedAsync)
            .WithName("GetRevokedTokens")
            .WithSummary("Access tokens that no longer hold, by a hash of the account's or session's id");
    }

    /// <summary>Signs in at once. The role is always <c>user</c>.</summary>
    private static async Task<Created<SignInView>> RegisterAsync(
        RegisterRequest body,
        HttpContext http,
        SignInDesk desk,
        PhoneNumberReader phones,
        CancellationToken cancellationToken
    )
    {
        var errors = new FieldErrors();
        var name = Name(errors, body.Name);
        var email = errors.Email("email", errors.Required("email", body.Email, 254));
        var phone = errors.Phone("phone", body.Phone, phones);
        NewPassword(errors, body.Password, required: true);
        errors.ThrowIfAny();
        var answer = await desk.RegisterAsync(
            name,
            email!,
            body.Password!,
            phone,
            SignInClient.Of(http),
            IdempotencyKey.Of(http, body),
            cancellationToken
        );
        return TypedResults.Created($"/api/users/{answer.User.Id}", answer);
    }

    /// <summary>A wrong password and an address without an account are answered alike.</summary>
    private static async Task<Ok<SignInView>> LoginAsync(
        LoginRequest body,
        HttpContext http,
        SignInDesk desk,
        CancellationToken cancellationToken
    )
    {
        var errors = new FieldErrors();
        var email = errors.Required("email", body.Email, 254).ToLowerInvariant();
        if (string.IsNullOrEmpty(body.Password))
            errors.Add("password", "is required");
        errors.ThrowIfAny();
        // Longer than any password can be: wrong, without the cost of finding out.
        if (body.Password!.Length > Passwords.MaxLength)
            throw AccountRefusals.WrongCredentials();
        return TypedResults.Ok(await desk.LoginAsync(email, body.Password, body.DeviceToken, SignInClient.Of(http), cancellationToken));
    }

    /// <summary>Nothing is kept: the kiosk sends it along whenever somebody enters a PIN.</summary>
    private static async Task<Ok<SealedPinView>> SealPinAsync(SealPinRequest body, KioskPins pins, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var pin = Pin(errors, body.Pin);
        errors.ThrowIfAny();
        return TypedResults.Ok(new SealedPinView(await pins.SealAsync(pin, cancellationToken)));
    }

    /// <summary>204 where it is right. Wrong ones are counted as those of a sign-in are.</summary>
    private static async Task<NoContent> CheckPinAsync(
        CheckPinRequest body,
        HttpContext http,
        KioskPins pins,
        CancellationToken cancellationToken
    )
    {
        var errors = new FieldErrors();
        var pin = Pin(errors, body.Pin);
        if (body.Seal is null || !KioskPins.IsSeal(body.Seal))
            errors.Add("seal", "must be what was given for the PIN");
        errors.ThrowIfAny();
        await pins.CheckAsync(body.Seal!, pin, ClientNetwork.Of(http), cancellationToken);
        return TypedResults.NoContent();
    }

    private static string Pin(FieldErrors errors, string? pin)
    {
        if (pin is null || pin.Length is < MinPin or > MaxPin || !pin.All(char.IsAsciiDigit))
            errors.Add("pin", $"must be {MinPin} to {MaxPin} digits");
        return pin ?? "";
    }

    /// <summary>A refresh token is good once. A repeat within 20 seconds gets the same pair; a later one ends the session.</summary>
    private static async Task<Ok<SignInView>> RefreshAsync(RefreshRequest body, SignInDesk desk, CancellationToken cancellationToken) =>
        TypedResults.Ok(await desk.RefreshAsync(Token(body), cancellationToken));

    /// <summary>Its access tokens hold no longer, within seconds.</summary>
    private static async Task<NoContent> LogoutAsync(
        RefreshRequest body,
        HttpContext http,
        SignInDesk desk,
        CancellationToken cancellationToken
    )
    {
        await desk.LogoutAsync(Token(body), IdempotencyKey.Of(http, body), cancellationToken);
        return TypedResults.NoContent();
    }

    /// <summary>Whether it holds, whose it is, and until when.</summary>
    private static async Task<Ok<VerificationView>> VerifyAsync(VerifyRequest body, SignInDesk desk, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var token = errors.Required("token", body.Token, MaxToken);
        errors.ThrowIfAny();
        return TypedResults.Ok(await desk.VerifyAsync(token, cancellationToken));
    }

    /// <summary>By the time they were made.</summary>
    private static async Task<Ok<Page<UserView>>> ListAsync(
        PageRequest page,
        Caller caller,
        IUserStore store,
        CancellationToken cancellationToken,
        string? role = null,
        string? q = null
    )
    {
        var errors = new FieldErrors();
        if (!string.IsNullOrEmpty(role))
            Role(errors, role);
        var text = errors.Optional("q", q, MaxName);
        errors.ThrowIfAny();
        var rows = await store.ListAsync(string.IsNullOrEmpty(role) ? null : role, text, caller.BranchIds, page, cancellationToken);
        return TypedResults.Ok(Page<Account>.Of(rows, page, a => a.Id).Map(UserView.Of));
    }

    /// <summary>The same as <c>GET /api/users/{id}</c> with your own id.</summary>
    private static async Task<Ok<UserView>> MeAsync(Caller caller, HttpContext http, UserDesk desk, CancellationToken cancellationToken) =>
        Answer(http, await desk.GetAsync(caller.UserId!, cancellationToken));

    /// <summary>Your own and, for admins, all of them whole; operators see names. What you may not see is left out.</summary>
    // Anyone who may not see an account does not learn that there is one.
    private static async Task<Ok<IReadOnlyList<object>>> ByIdsAsync(
        IdList? ids,
        Caller caller,
        IUserStore store,
        CancellationToken cancellationToken
    )
    {
        var errors = new FieldErrors();
        if (ids is null)
            errors.Add("ids", "is required");
        errors.ThrowIfAny();
        var seen = ids!.Values.Where(id => caller.IsOperator || id == caller.UserId).ToList();
        var accounts = seen.Count == 0 ? [] : await store.FindAsync(seen, cancellationToken);
        return TypedResults.Ok<IReadOnlyList<object>>([
            .. accounts.Select(a =>
                a.Id == caller.UserId || (caller.IsAdmin && caller.Reaches(a)) ? (object)UserView.Of(a) : new UserNameView(a.Id, a.Name)
            ),
        ]);
    }

    /// <summary>For the account itself and admins all of it, with an <c>ETag</c>. For others there is no such account.</summary>
    private static async Task<Results<Ok<UserView>, Ok<UserNameView>>> GetAsync(
        string id,
        Caller caller,
        HttpContext http,
        UserDesk desk,
        CancellationToken cancellationToken
    )
    {
        if (id != caller.UserId && !caller.IsOperator)
            throw AccountRefusals.NotFound();
        var account = await desk.GetAsync(id, cancellationToken);
        if (caller.IsAdmin && !caller.Reaches(account))
            throw AccountRefusals.NotFound();
        return id == caller.UserId || caller.IsAdmin ? Answer(http, account) : TypedResults.Ok(new UserNameView(account.Id, account.Name));
    }

    /// <summary>For the account itself and admins; what is absent stays. A new password or email address needs
    /// <c>currentPassword</c>, and <c>role</c>, <c>branchIds</c> and <c>disabled</c> are for admins.</summary>
    private static async Task<Ok<UserView>> UpdateAsync(
        string id,
        UpdateUserRequest body,
        Caller caller,
        HttpContext http,
        UserDesk desk,
        PhoneNumberReader phones,
        CancellationToken cancellationToken
    )
    {
        var errors = new FieldErrors();
        var update = new AccountUpdate(
            body.Name is null ? null : Name(errors, body.Name),
            body.Email is null ? null : errors.Email("email", errors.Required("email", body.Email, 254)),
            errors.Phone("phone", body.Phone, phones),
            SetsPhone: body.Phone is not null,
            body.Role,
            body.Password,
            body.CurrentPassword,
            Branches(errors, body.BranchIds),
            body.Disabled
        );
        if (body.Role is not null)
            Role(errors, body.Role);
        NewPassword(errors, body.Password, required: false);
        if (body.Password is not null && caller.UserId == id && string.IsNullOrEmpty(body.CurrentPassword))
            errors.Add("currentPassword", "is required to set a new password");
        if (body.Password is not null && caller.UserId != id && caller.IsAdmin)
            errors.Add("password", "is set by its owner alone; make a link for them with POST /api/users/{id}/reset-link");
        if (body.CurrentPassword?.Length > Passwords.MaxLength)
            errors.Add("currentPassword", "must be at most 128 characters");
        errors.ThrowIfAny();
        return Answer(
            http,
            await desk.UpdateAsync(
                id,
                caller,
                SessionOf(http),
                http.Request.ExpectedVersions(),
                update,
                SignInClient.Of(http),
                cancellationToken
            )
        );
    }

    /// <summary>For the account itself, with <c>currentPassword</c>, and admins. Tickets stay, without a name.</summary>
    private static async Task<NoContent> EraseAsync(
        string id,
        [FromBody(EmptyBodyBehavior = EmptyBodyBehavior.Allow)] EraseRequest? body,
        Caller caller,
        HttpContext http,
        UserDesk desk,
        CancellationToken cancellationToken
    )
    {
        var errors = new FieldErrors();
        if (body?.CurrentPassword?.Length > Passwords.MaxLength)
            errors.Add("currentPassword", "must be at most 128 characters");
        errors.ThrowIfAny();
        await desk.EraseAsync(
            id,
            caller,
            SessionOf(http),
            http.Request.ExpectedVersions(),
            body?.CurrentPassword,
            SignInClient.Of(http),
            cancellationToken
        );
        return TypedResults.NoContent();
    }

    /// <summary>One for each sign-in that has not ended.</summary>
    private static async Task<Ok<Page<SessionView>>> SessionsAsync(
        PageRequest page,
        Caller caller,
        HttpContext http,
        SignInDesk desk,
        CancellationToken cancellationToken
    )
    {
        var rows = await desk.SessionsAsync(caller.UserId!, page, cancellationToken);
        return TypedResults.Ok(Page<Session>.Of(rows, page, s => s.Id).Map(s => SessionView.Of(s, SessionOf(http))));
    }

    /// <summary>Its access tokens hold no longer, within seconds.</summary>
    private static async Task<NoContent> EndSessionAsync(string id, Caller caller, SignInDesk desk, CancellationToken cancellationToken)
    {
        await desk.EndSessionAsync(caller.UserId!, id, cancellationToken);
        return TypedResults.NoContent();
    }

    /// <summary>Answered alike whether or not there is such an account.</summary>
    private static async Task<Accepted> ForgotAsync(
        ForgotRequest body,
        HttpContext http,
        ForgottenPasswords forgotten,
        CancellationToken cancellationToken
    )
    {
        var errors = new FieldErrors();
        var email = errors.Email("email", errors.Required("email", body.Email, 254));
        errors.ThrowIfAny();
        await forgotten.AskAsync(email!, SignInClient.Of(http), IdempotencyKey.Of(http, body), cancellationToken);
        return TypedResults.Accepted((string?)null);
    }

    /// <summary>The link is good once. All sessions of the account end.</summary>
    private static async Task<NoContent> ResetAsync(ResetRequest body, HttpContext http, LinkDesk desk, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var token = LinkOf(errors, body.Token);
        NewPassword(errors, body.Password, required: true);
        errors.ThrowIfAny();
        await desk.ResetAsync(
            token ?? throw AccountRefusals.LinkNotValid(),
            body.Password!,
            IdempotencyKey.Of(http, body),
            cancellationToken
        );
        return TypedResults.NoContent();
    }

    /// <summary>The link is good once.</summary>
    private static async Task<NoContent> VerifyEmailAsync(
        VerifyEmailRequest body,
        HttpContext http,
        LinkDesk desk,
        CancellationToken cancellationToken
    )
    {
        var errors = new FieldErrors();
        var token = LinkOf(errors, body.Token);
        errors.ThrowIfAny();
        await desk.VerifyAsync(token ?? throw AccountRefusals.LinkNotValid(), IdempotencyKey.Of(http, body), cancellationToken);
        return TypedResults.NoContent();
    }

    /// <summary>Refused where the address is proven already.</summary>
    private static async Task<Accepted> MailVerificationAsync(
        Caller caller,
        HttpContext http,
        LinkDesk desk,
        CancellationToken cancellationToken
    )
    {
        await desk.MailVerificationAsync(
            caller.UserId!,
            SignInClient.Of(http).Language,
            IdempotencyKey.Of<object?>(http, null),
            cancellationToken
        );
        return TypedResults.Accepted((string?)null);
    }

    /// <summary>For who cannot be reached by mail. The link is good once.</summary>
    private static async Task<Created<ResetLinkView>> MakeResetLinkAsync(
        string id,
        Caller caller,
        HttpContext http,
        LinkDesk desk,
        CancellationToken cancellationToken
    ) =>
        TypedResults.Created(
            (string?)null,
            await desk.MakeResetLinkAsync(
                id,
                caller,
                SignInClient.Of(http).Language,
                IdempotencyKey.Of<object?>(http, null),
                cancellationToken
            )
        );

    /// <summary>The answer has the link to hand over; where mail is set up, it is mailed too.</summary>
    private static async Task<Created<NewInvitationView>> InviteAsync(
        InviteRequest body,
        Caller caller,
        HttpContext http,
        LinkDesk desk,
        CancellationToken cancellationToken
    )
    {
        var errors = new FieldErrors();
        var email = errors.Email("email", errors.Required("email", body.Email, 254));
        if (string.IsNullOrEmpty(body.Role))
            errors.Add("role", "is required");
        else
            Role(errors, body.Role);
        Branches(errors, body.BranchIds);
        errors.ThrowIfAny();
        var made = await desk.InviteAsync(
            email!,
            body.Role!,
            body.BranchIds,
            caller,
            SignInClient.Of(http).Language,
            IdempotencyKey.Of(http, body),
            cancellationToken
        );
        return TypedResults.Created($"/api/auth/invitations/{made.Id}", made);
    }

    /// <summary>Those that were neither accepted nor taken back, and have not expired. Their links are not told again.</summary>
    private static async Task<Ok<Page<InvitationView>>> ListInvitationsAsync(
        PageRequest page,
        Caller caller,
        IUserStore store,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var rows = await store.ListInvitationsAsync(time.GetUtcNow(), caller.BranchIds, page, cancellationToken);
        return TypedResults.Ok(Page<Invitation>.Of(rows, page, i => i.Id).Map(InvitationView.Of));
    }

    /// <summary>Its link is good no longer.</summary>
    private static async Task<NoContent> RemoveInvitationAsync(string id, Caller caller, LinkDesk desk, CancellationToken cancellationToken)
    {
        await desk.RemoveInvitationAsync(id, caller, cancellationToken);
        return TypedResults.NoContent();
    }

    /// <summary>Signs in at once, with the role of the invitation; the email address counts as proven.</summary>
    private static async Task<Created<SignInView>> AcceptAsync(
        AcceptRequest body,
        HttpContext http,
        LinkDesk desk,
        CancellationToken cancellationToken
    )
    {
        var errors = new FieldErrors();
        var token = LinkOf(errors, body.Token);
        var name = Name(errors, body.Name);
        NewPassword(errors, body.Password, required: true);
        errors.ThrowIfAny();
        var answer = await desk.AcceptAsync(
            token ?? throw AccountRefusals.LinkNotValid(),
            name,
            body.Password!,
            SignInClient.Of(http).Program,
            IdempotencyKey.Of(http, body),
            cancellationToken
        );
        return TypedResults.Created($"/api/users/{answer.User.Id}", answer);
    }

    /// <summary>OpenID Connect discovery, with no more in it than what is needed to find the keys.</summary>
    private static JsonHttpResult<Dictionary<string, object>> Discovery(HttpContext http, ModuleContext context)
    {
        var address = context.PublicUrl.ToString().TrimEnd('/');
        http.Response.Headers.CacheControl = "public, max-age=300";
        return TypedResults.Json(
            new Dictionary<string, object>
            {
                ["issuer"] = AccessTokens.Issuer,
                ["jwks_uri"] = address + "/.well-known/jwks.json",
                ["token_endpoint"] = address + "/api/auth/login",
                ["id_token_signing_alg_values_supported"] = (string[])["ES256"],
                ["response_types_supported"] = (string[])["token"],
                ["subject_types_supported"] = (string[])["public"],
            }
        );
    }

    /// <summary>Access tokens are signed with one of them (ES256).</summary>
    private static async Task<JsonHttpResult<Dictionary<string, object>>> KeysAsync(
        HttpContext http,
        KeyRing keys,
        CancellationToken cancellationToken
    )
    {
        http.Response.Headers.CacheControl = "public, max-age=300";
        return TypedResults.Json(new Dictionary<string, object> { ["keys"] = await keys.PublicKeysAsync(cancellationToken) });
    }

    /// <summary>For services that check access tokens themselves.</summary>
    private static async Task<Ok<IReadOnlyList<RevokedToken>>> RevokedAsync(
        HttpContext http,
        IRevokedTokenSource revoked,
        CancellationToken cancellationToken
    )
    {
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(await revoked.ReadAsync(cancellationToken));
    }

    private static Ok<UserView> Answer(HttpContext http, Account account)
    {
        http.Response.SetEntityTag(account.Version);
        return TypedResults.Ok(UserView.Of(account));
    }

    private static string? SessionOf(HttpContext http) => http.User.FindFirst(AccessTokens.SessionClaim)?.Value;

    private static LinkToken? LinkOf(FieldErrors errors, string? token) =>
        LinkToken.Parse(errors.Required("token", token, LinkToken.MaxLength));

    private static void Role(FieldErrors errors, string role)
    {
        if (!Roles.All.Contains(role))
            errors.Add("role", "must be user, operator or admin");
    }

    private static BranchBinding? Branches(FieldErrors errors, JsonElement given)
    {
        if (given.ValueKind == JsonValueKind.Undefined)
            return null;
        if (given.ValueKind == JsonValueKind.Null)
            return new BranchBinding(null);
        List<string>? ids =
            given.ValueKind == JsonValueKind.Array && given.EnumerateArray().All(i => i.ValueKind == JsonValueKind.String)
                ? [.. given.EnumerateArray().Select(i => i.GetString()!)]
                : null;
        if (ids is null)
            errors.Add("branchIds", "must be a list of ids, or null for all branches");
        else
            Branches(errors, ids);
        return new BranchBinding(ids);
    }

    // Nothing is no binding: it would read as all in one place and as none in another.
    private static void Branches(FieldErrors errors, IReadOnlyList<string>? ids)
    {
        if (ids is null)
            return;
        if (ids.Count is 0 or > MaxBranches)
            errors.Add("branchIds", "must be 1 to 200 ids, or null for all branches");
        foreach (var id in ids)
            errors.Required("branchIds", id, MaxId);
        if (ids.Distinct(StringComparer.Ordinal).Count() != ids.Count)
            errors.Add("branchIds", "must not hold an id twice");
    }

    private static string Name(FieldErrors errors, string? value)
    {
        var name = errors.Required("name", value, MaxName);
        // One line: it is shown on screens and in the heads of messages.
        if (name.AsSpan().ContainsAny('\n', '\t'))
            errors.Add("name", "must not hold control characters");
        return name;
    }

    private static string Token(RefreshRequest body)
    {
        var errors = new FieldErrors();
        var token = errors.Required("refreshToken", body.RefreshToken, 128);
        errors.ThrowIfAny();
        return token;
    }

    private static void NewPassword(FieldErrors errors, string? password, bool required)
    {
        if (string.IsNullOrEmpty(password))
        {
            if (required || password is not null)
                errors.Add("password", "is required");
        }
        else if (password.Length is < Passwords.MinLength or > Passwords.MaxLength)
        {
            errors.Add("password", "must be 8 to 128 characters");
        }
    }
}
