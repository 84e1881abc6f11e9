using System.Runtime.InteropServices;

namespace HybridStore.Cli;

/// <summary>Ctrl-C and SIGTERM: the first asks the command to stop and tidy up, the second ends the process at once.</summary>
/// <remarks>
/// The time between the two is the user's to judge: System.CommandLine's own handling gives 2 s, which a commit on a slow disk can
/// exceed. A process that ends at once leaves the store as it was too; the next command tidies up.
/// </remarks>
internal sealed class Cancellation : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;

    internal Cancellation() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
    ];

    internal CancellationToken Token => _source.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        _source.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        // Whoever registered later is asked first: a prompt's query that takes the signal leaves the prompt alone.
        if (context.Cancel) return;
        // A second signal finds the token cancelled and is left to the system's default, which ends the process.
        context.Cancel = !_source.IsCancellationRequested;
        if (context.Cancel) _source.Cancel();
    }
}
