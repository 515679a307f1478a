using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using SmartQueue.Contracts;
using SmartQueue.Testing;
using SmartQueue.Users.Http;
using static SmartQueue.Users.Tests.AccountsHost;

namespace SmartQueue.Users.Tests;

/// <summary>What is in the service's file, and what is no longer.</summary>
public sealed class KeptDataTests
{
    [Fact]
    public async Task An_erased_account_leaves_nothing_personal_and_its_email_is_free_again()
    {
        using var folder = new TemporaryFolder();
        await using (var host = await StartAsync(folder))
        {
            var ann = await host.RegisterAsync(
                "ada.lovelace@example.org",
                "Ada Lovelace",
                phone: "+49 123 456",
                key: Guid.NewGuid().ToString()
            );
            await AnswerAsync(await SendAsync(host.As(ann), HttpMethod.Put, $"/api/users/{Id(ann)}", new { name = "Countess Lovelace" }));
            await AnswerAsync(
                await SendAsync(host.As(ann), HttpMethod.Delete, $"/api/users/{Id(ann)}", new { currentPassword = Password }),
                HttpStatusCode.NoContent
            );
            var erased = await Eventually.GetAsync(() => Task.FromResult(host.Host.Published.Of<UserErased>()), told => told.Count > 0);
            Assert.Equal(Id(ann), erased[0].UserId);
            await RefusalAsync(await host.RefreshAsync(Refresh(ann)), 401, "INVALID_CREDENTIALS");
            await RefusalAsync(await SendAsync(host.As(ann), HttpMethod.Get, "/api/users/me"), 401, "UNAUTHENTICATED");
            var rows = Rows(folder);
            Assert.All(["lovelace", "123 456", "123456"], text => Assert.DoesNotContain(text, rows, StringComparison.OrdinalIgnoreCase));
            Assert.NotEqual(Id(ann), Id(await host.RegisterAsync("ada.lovelace@example.org")));
        }
    }

    [Fact]
    public async Task Neither_a_token_nor_a_quick_way_to_the_password_is_in_the_database()
    {
        using var folder = new TemporaryFolder();
        await using var host = await StartAsync(folder);
        var ann = await host.RegisterAsync(phone: "+49 123 456", key: Guid.NewGuid().ToString());
        var rows = Rows(folder);
        Assert.Contains("request_hash", rows, StringComparison.Ordinal);
        Assert.All([Refresh(ann), Access(ann), Password], secret => Assert.DoesNotContain(secret, rows, StringComparison.Ordinal));
        // A plain hash of the request could be guessed offline at the speed of SHA-256, whatever BCrypt costs.
        var request =
            "POST /api/auth/register\n" + JsonSerializer.Serialize(new RegisterRequest("Ann", "ann@example.org", Password, "+49 123 456"));
        var guess = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(request)));
        Assert.DoesNotContain(guess, rows, StringComparison.Ordinal);
    }

    /// <summary>All rows of the service's file as text.</summary>
    private static string Rows(TemporaryFolder folder)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(folder.Path, "users.db")};Mode=ReadOnly;Pooling=False");
        connection.Open();
        var text = new StringBuilder();
        var tables = new List<string>();
        using (var list = connection.CreateCommand())
        {
            list.CommandText = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
            using var names = list.ExecuteReader();
            while (names.Read())
                tables.Add(names.GetString(0));
        }

        foreach (var table in tables)
        {
            using var query = connection.CreateCommand();
            query.CommandText = $"SELECT * FROM {table}";
            using var rows = query.ExecuteReader();
            while (rows.Read())
            {
                for (var n = 0; n < rows.FieldCount; n++)
                    text.Append(rows.GetName(n))
                        .Append('=')
                        .Append(rows.GetValue(n) is byte[] bytes ? Encoding.Latin1.GetString(bytes) : rows.GetValue(n))
                        .AppendLine();
            }
        }

        return text.ToString();
    }
}
