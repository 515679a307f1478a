using SmartQueue.Appointments.Storage;
using SmartQueue.Hosting.Outbox;
using SmartQueue.Hosting.Storage.Sqlite;
using SmartQueue.Testing;

namespace SmartQueue.Appointments.Tests;

public sealed class SqliteAppointmentStoreTests : AppointmentStoreContract
{
    private readonly TemporaryFolder folder = new();
    private SqliteDatabase? database;

    private protected override async Task<(IAppointmentStore Store, IOutbox Outbox)> OpenAsync()
    {
        database = new SqliteDatabase(Path.Combine(folder.Path, "appointments.db"));
        await new SqliteSchema("appointments", database, SqliteAppointmentsSchema.Steps).UpgradeAsync(
            TestContext.Current.CancellationToken
        );
        return (new SqliteAppointmentStore(database), new SqliteOutbox("appointments", database, TimeProvider.System));
    }

    public override async ValueTask DisposeAsync()
    {
        if (database is not null)
            await database.DisposeAsync();
        folder.Dispose();
        await base.DisposeAsync();
    }
}
