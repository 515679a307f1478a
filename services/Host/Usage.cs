namespace SmartQueue.Host;

/// <summary>What the command line takes.</summary>
internal static class Usage
{
    private const string Text = """
        smartqueue                                runs all services on port 4000
        smartqueue --services tickets,queues      runs just these, on the first one's port
          --port N                                listens on this port instead
          --SETTING value                         sets what is otherwise an environment variable, such as --JWT_EXPIRE 5m
        smartqueue demo [--port N]                a made-up town hall of four weeks that goes on live, in a folder of its own
        smartqueue replay FILE --speed 60         plays a recorded day through a running system; see replay --help
        smartqueue simulate --out FILE            makes such a day
        smartqueue evaluate-estimates FILE…       scores wait estimates on recorded days; see evaluate-estimates --help
        smartqueue health [--url URL]             exit code 0 when a process is ready, else 1
        smartqueue status                         tells the schema version of every service's storage, and the steps that are pending
        smartqueue upgrade [--check]              takes those steps without serving; --check tells them, exit code 2 when there are any
        smartqueue backup --out FILE              writes a system, running or not, into one archive
        smartqueue restore FILE                   makes the data folder of an archive
        smartqueue replay-errors --queue NAME     puts messages that failed back in their queue, such as analytics-tickets
        smartqueue reset-admin [--email ADDRESS]  prints a one-time link with which an admin sets a new password
        smartqueue rotate-signing-key             adds a new key that signs from the next start on
        """;

    public static int Print()
    {
        Console.WriteLine(Text);
        return 0;
    }
}
