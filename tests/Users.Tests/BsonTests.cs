using MongoDB.Bson;
using MongoDB.Bson.Serialization;
using SmartQueue.Hosting.Storage.Mongo;
using SmartQueue.Testing;
using SmartQueue.Users.Domain;
using SmartQueue.Users.Storage;

namespace SmartQueue.Users.Tests;

/// <summary>What can be known of the MongoDB documents without a server.</summary>
public sealed class BsonTests
{
    public BsonTests() => MongoConventions.Register();

    [Fact]
    public async Task The_form_that_servers_ask_of_users_is_that_of_accounts_also_of_erased_ones()
    {
        foreach (var account in (Account[])[Some.Registered().Next, Some.Registered().Next.Erase(Some.Noon).Next])
        {
            var document = Aggregate<Account>.New(account.Id, account.Version, account, null).ToBsonDocument();
            Assert.Empty(await DocumentForm.FaultsAsync(document, MongoUsersSchema.UserSchema));
            document["role"] = "root";
            Assert.NotEmpty(await DocumentForm.FaultsAsync(document, MongoUsersSchema.UserSchema));
        }
    }

    [Fact]
    public void An_account_comes_back_from_its_document_as_it_was()
    {
        var change = Some.Registered();
        var document = Aggregate<Account>.New(change.Next.Id, 1, change.Next, null, change.Events).ToBsonDocument();
        var back = BsonSerializer.Deserialize<Aggregate<Account>>(document);
        Assert.Equal(change.Next, back.State);
        Assert.Equal(change.Event!.EventId.ToString(), back.Outbox.Single().EventId);
        Assert.Equal(BsonType.DateTime, document["createdAt"].BsonType);
        // The list leaves out the erased by asking for documents without this field.
        Assert.False(document.Contains("erasedAt"));
    }

    [Fact]
    public void An_erased_account_comes_back_from_its_document_as_it_was()
    {
        var erased = Some.Registered().Next.Erase(Some.Noon.AddMilliseconds(123)).Next;
        var document = Aggregate<Account>.New(erased.Id, 2, erased, null).ToBsonDocument();
        Assert.Equal(erased, BsonSerializer.Deserialize<Aggregate<Account>>(document).State);
        Assert.Equal(BsonType.DateTime, document["erasedAt"].BsonType);
    }

    [Fact]
    public void A_session_comes_back_from_its_document_as_it_was()
    {
        var session = new MongoSession
        {
            Id = "s",
            UserId = "u",
            Epoch = 2,
            TokenHash = "t",
            ExpiresAt = Some.Noon.UtcDateTime,
            Used = ["a", "b"],
            CreatedAt = Some.Noon.UtcDateTime,
            UsedAt = Some.Noon.UtcDateTime,
            Browser = "Firefox",
            System = "Windows",
            RefusedUntil = Some.Noon.UtcDateTime,
            Recent =
            [
                new MongoUsedToken
                {
                    TokenHash = "b",
                    At = Some.Noon.UtcDateTime,
                    Salt = [1, 2],
                },
            ],
        };
        var document = session.ToBsonDocument();
        Assert.Equivalent(session, BsonSerializer.Deserialize<MongoSession>(document), strict: true);
        Assert.Equal(BsonType.DateTime, document["expiresAt"].BsonType);
    }

    [Fact]
    public void A_session_of_an_earlier_release_can_still_be_read()
    {
        var document = new BsonDocument
        {
            ["_id"] = "s",
            ["userId"] = "u",
            ["epoch"] = 2,
            ["tokenHash"] = "t",
            ["expiresAt"] = Some.Noon.UtcDateTime,
            ["used"] = new BsonArray { "a" },
        };
        Assert.Empty(BsonSerializer.Deserialize<MongoSession>(document).Recent);
    }

    [Fact]
    public void An_invitation_comes_back_from_its_document_as_it_was()
    {
        var invitation = Some.Invited() with { BranchIds = ["b1"] };
        var document = Aggregate<Invitation>.New(invitation.Id, 1, invitation, null, Some.Mail(invitation)).ToBsonDocument();
        Assert.Equivalent(invitation, BsonSerializer.Deserialize<Aggregate<Invitation>>(document).State, strict: true);
        // MongoDB forgets it by itself at this time.
        Assert.Equal(BsonType.DateTime, document["expiresAt"].BsonType);
    }

    [Fact]
    public void An_account_with_links_and_branches_comes_back_from_its_document_as_it_was()
    {
        var account = Some.Registered().Next with
        {
            EmailVerified = true,
            DisabledAt = Some.Noon,
            BranchIds = ["b1"],
            ResetLink = new AccountLink("hash", Some.Noon, ByMail: true),
        };
        var document = Aggregate<Account>.New(account.Id, 1, account, null).ToBsonDocument();
        Assert.Equivalent(account, BsonSerializer.Deserialize<Aggregate<Account>>(document).State, strict: true);
    }
}
