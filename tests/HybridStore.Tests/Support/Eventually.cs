using Xunit;

namespace HybridStore.Tests.Support;

/// <summary>Waits for what nobody announces; within a limit that no machine is too slow for.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Asks until the answer is yes.</summary>
    /// <param name="what">For the message of a test that waited in vain.</param>
    /// <param name="condition">Asked again and again.</param>
    internal static async Task IsTrueAsync(string what, Func<Task<bool>> condition)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        end.CancelAfter(Limit);
        while (!await condition())
        {
            try
            {
                await Task.Delay(Pause, end.Token);
            }
            catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
            {
                Assert.Fail($"For {Limit.TotalSeconds:0} s it was not so: {what}");
            }
        }
    }
}
