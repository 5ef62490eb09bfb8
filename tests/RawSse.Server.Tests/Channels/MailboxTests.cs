using RawSse.Server.Channels;

namespace RawSse.Server.Tests.Channels;

internal sealed class MailboxTests
{
    private const int Posters = 4;
    private const int ItemsEach = 20_000;

    [Test]
    public void Items_run_in_the_order_of_posting_and_what_they_post_runs_in_the_next_turn()
    {
        var mailbox = new Mailbox();
        var ran = new List<int>();
        mailbox.Post(new ActionItem(() =>
        {
            ran.Add(1);
            mailbox.Post(new ActionItem(() => ran.Add(3)));
        }));
        mailbox.Post(new ActionItem(() => ran.Add(2)));
        Assert.That(mailbox.Drain());
        Assert.That(ran, Is.EqualTo([1, 2]));
        Assert.That(mailbox.Drain());
        Assert.That(mailbox.Drain(), Is.False);
        Assert.That(ran, Is.EqualTo([1, 2, 3]));
    }

    [Test]
    public void An_owner_is_woken_once_and_only_while_it_sleeps()
    {
        int wakes = 0;
        var mailbox = new Mailbox { Wake = () => wakes++ };
        mailbox.Post(new ActionItem(static () => { }));
        Assert.That((wakes, mailbox.TrySleep()), Is.EqualTo((0, false)), "there is something to do");
        mailbox.Drain();
        Assert.That(mailbox.TrySleep());
        mailbox.Post(new ActionItem(static () => { }));
        mailbox.Post(new ActionItem(static () => { }));
        Assert.That(wakes, Is.EqualTo(1));
    }

    [Test]
    public void No_wake_up_is_lost_and_each_poster_keeps_its_order()
    {
        using var wake = new SemaphoreSlim(0);
        var mailbox = new Mailbox { Wake = () => wake.Release() };
        int[] next = new int[Posters];
        int outOfOrder = 0;
        Thread[] posters = [.. Enumerable.Range(0, Posters).Select(poster => new Thread(() => PostAll(poster)))];
        foreach (Thread poster in posters)
            poster.Start();
        bool isLost = false;
        while (next.Sum() < Posters * ItemsEach && !isLost)
        {
            if (mailbox.Drain() || !mailbox.TrySleep())
                continue;
            // A minute without a wake-up, though something is still to come, is a lost one.
            isLost = !wake.Wait(TimeSpan.FromMinutes(1));
            mailbox.Awake();
        }
        foreach (Thread poster in posters)
            poster.Join();
        Assert.That((isLost, outOfOrder), Is.EqualTo((false, 0)));

        void PostAll(int poster)
        {
            for (int i = 0; i < ItemsEach; i++)
            {
                int number = i;
                mailbox.Post(new ActionItem(() => outOfOrder += next[poster]++ == number ? 0 : 1));
            }
        }
    }
}
