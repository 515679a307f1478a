using SmartQueue.Contracts;
using SmartQueue.Hosting.Auth;
using SmartQueue.Users.Domain;

namespace SmartQueue.Users.Tests;

public sealed class AccountTests
{
    private static readonly DateTimeOffset At = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    private static readonly Account Ann = Account.Register("u1", "Ann", "ann@example.org", "123", Roles.User, "hash", At).Next;

    [Fact]
    public void Registering_tells_the_whole_profile_and_no_hash()
    {
        var change = Account.Register("u1", "Ann", "ann@example.org", "123", Roles.User, "hash", At);
        var told = Assert.IsType<UserRegistered>(change.Event);
        Assert.Equal(
            ("u1", 1L, "Ann", "ann@example.org", "123", "user"),
            (told.UserId, told.Version, told.User.Name, told.User.Email, told.User.Phone, told.User.Role)
        );
        Assert.Equal(1, change.Next.Version);
    }

    [Fact]
    public void What_is_not_given_stays()
    {
        var change = Ann.Update("Anna", null, null, setsPhone: false, null, null, At.AddHours(1));
        Assert.Equal(Ann with { Name = "Anna", Version = 2, UpdatedAt = At.AddHours(1) }, change.Next);
        Assert.False(change.EndsSessions);
        Assert.Equal(2, Assert.IsType<UserUpdated>(change.Event).Version);
    }

    [Fact]
    public void Whoever_was_invited_at_an_address_gets_its_account_with_nothing_of_the_one_who_registered_it()
    {
        var disabled = Ann with { DisabledAt = At };
        var invitation = Some.Invited("ann@example.org") with { BranchIds = ["b1"] };

        var change = disabled.TakeOver("Anna", "new hash", invitation, At.AddHours(1));

        Assert.Equal(
            Ann with
            {
                Name = "Anna",
                Phone = null,
                PasswordHash = "new hash",
                EmailVerified = true,
                Role = Roles.Operator,
                BranchIds = change.Next.BranchIds,
                DisabledAt = null,
                SessionEpoch = 1,
                SessionsEndedAt = At.AddHours(1),
                Version = 2,
                UpdatedAt = At.AddHours(1),
            },
            change.Next
        );
        Assert.Equal(["b1"], change.Next.BranchIds);
        Assert.True(change.EndsSessions);
    }

    [Fact]
    public void A_phone_can_be_taken_away() => Assert.Null(Ann.Update(null, null, null, setsPhone: true, null, null, At).Next.Phone);

    [Theory]
    [InlineData(null, "new hash", true)]
    [InlineData("operator", null, true)]
    [InlineData("user", null, false)]
    public void A_new_password_or_role_ends_all_sessions(string? role, string? hash, bool ends)
    {
        var change = Ann.Update(null, null, null, false, role, hash, At);
        Assert.Equal(ends, change.EndsSessions);
        Assert.Equal(ends ? 1 : 0, change.Next.SessionEpoch);
    }

    [Fact]
    public void Nothing_personal_is_left_of_an_erased_account()
    {
        var change = Ann.Erase(At.AddDays(1));
        var kept = System.Text.Json.JsonSerializer.Serialize(change.Next);
        Assert.All(["Ann", "ann@example.org", "123", "hash\""], personal =>
            Assert.DoesNotContain(personal, kept, StringComparison.Ordinal)
        );
        Assert.True(change.EndsSessions);
        Assert.IsType<UserErased>(change.Event);
    }

    [Fact]
    public void Only_an_admin_who_stops_being_one_makes_the_admins_fewer()
    {
        var admin = Ann with { Role = Roles.Admin };
        Assert.True(admin.Erase(At).LosesAdmin);
        Assert.True(admin.Update(null, null, null, false, Roles.Operator, null, At).LosesAdmin);
        Assert.False(admin.Update("Anna", null, null, false, Roles.Admin, null, At).LosesAdmin);
        Assert.False(Ann.Erase(At).LosesAdmin);
    }
}
